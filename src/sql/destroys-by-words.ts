import type { TextRange } from '../core/sql-reading.js';
import { keywordOf } from './keyword.js';
import { Lexer, type Token } from './lexer.js';
import { type Pauses, turnOfOthers } from './pauses.js';

/**
 * What stored data a statement destroys, told from its words: for texts that the grammar did not read. Commands inside
 * the body of a function or the actions of a rule do not run now and do not count.
 */
export async function destroysByWords(
  text: string,
  { start, end }: TextRange,
  pauses: Pauses,
): Promise<string | null> {
  const lexer = new Lexer(text, start, end);
  const scan = new StatementScan(text);
  for (let token = lexer.next(); token !== null; token = lexer.next()) {
    if (pauses.isDueAt(token.end)) await turnOfOthers();
    const found = scan.add(token);
    if (found !== null) return found;
    if (scan.runsLater) return null;
  }
  return scan.finish();
}

/** Adds to the words of a statement what it is: a DO block, or something that only stores its commands. */
class StatementScan {
  runsLater = false;
  readonly #scan = new DestructionScan();
  #isDo = false;
  #head = '';
  #words = 0;
  #previous = '';

  constructor(readonly text: string) {}

  add(token: Token): string | null {
    if (token.kind === 'comment' || token.kind === 'block-comment') return null;
    const word = keywordOf(this.text, token);
    if (this.#words < longestHead) this.#addToHead(word);
    const found = this.#isDo ? this.#inDo(token, word) : this.#scan.add(word);
    this.#previous = word;
    return found;
  }

  finish(): string | null {
    return this.#scan.finish();
  }

  #addToHead(word: string): void {
    this.#head += `${word} `;
    this.#words += 1;
    this.#isDo = this.#head.startsWith('DO ');
    this.runsLater = laterCommand.test(this.#head);
  }

  #inDo(token: Token, word: string): string | null {
    if (this.#previous === 'LANGUAGE' && word !== 'PLPGSQL') return 'DO block in another language';
    const isBody = token.kind === 'dollar-string' || token.kind === 'string';
    if (!isBody) return null;
    return destroysInBody(this.text.slice(token.contentStart, token.contentEnd));
  }
}

const laterCommand = /^CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE|RULE) /;
/** Words: `CREATE OR REPLACE FUNCTION`. */
const longestHead = 4;

/** The same for the code of a DO block, where EXECUTE may run anything. */
export function destroysInBody(body: string): string | null {
  const lexer = new Lexer(body);
  const scan = new DestructionScan();
  let found: string | null = null;
  for (let token = lexer.next(); token !== null && found === null; token = lexer.next()) {
    if (token.kind !== 'comment' && token.kind !== 'block-comment') {
      found = scan.add(keywordOf(body, token));
    }
  }
  found ??= scan.finish();
  return found === null ? null : `DO block with ${found}`;
}

/** Looks at keywords one by one, each when the next one is known. */
class DestructionScan {
  #before = ';';
  #word = ';';
  #altersTable = false;

  /** What the word before this one turns out to be. */
  add(next: string): string | null {
    const found = this.#judge(next);
    this.#before = this.#word;
    this.#word = next;
    return found;
  }

  finish(): string | null {
    return this.add(';');
  }

  #judge(next: string): string | null {
    switch (this.#word) {
      case ';':
        this.#altersTable = false;
        return null;
      case 'ALTER':
        this.#altersTable = alterable.has(next);
        return null;
      case 'DROP':
        return this.#dropped(next);
      case 'DELETE':
        return next === 'FROM' || this.#before === 'THEN' ? 'DELETE' : null;
      case 'TRUNCATE':
        return notTheCommand.has(this.#before) || notATable.has(next) ? null : 'TRUNCATE';
      case 'EXECUTE':
        return notDynamic.has(next) ? null : 'EXECUTE';
      default:
        return null;
    }
  }

  #dropped(next: string): string | null {
    if (next === 'MATERIALIZED') return 'DROP MATERIALIZED VIEW';
    if (destroyed.has(next)) return `DROP ${next}`;
    return this.#altersTable && !keptByAlter.has(next) ? 'DROP COLUMN' : null;
  }
}

const alterable: ReadonlySet<string> = new Set(['TABLE', 'FOREIGN']);
const destroyed: ReadonlySet<string> = new Set([
  'TABLE',
  'SCHEMA',
  'TYPE',
  'DOMAIN',
  'SEQUENCE',
  'EXTENSION',
  'DATABASE',
  'OWNED',
  'COLUMN',
  'ATTRIBUTE',
]);
/** What ALTER TABLE … DROP takes away besides columns; the word COLUMN itself may be left out. */
const keptByAlter: ReadonlySet<string> = new Set([
  'CONSTRAINT',
  'DEFAULT',
  'NOT',
  'EXPRESSION',
  'IDENTITY',
]);
/** Privileges and events of triggers bear the same names. */
const notTheCommand: ReadonlySet<string> = new Set([
  'BEFORE',
  'AFTER',
  'OR',
  'GRANT',
  'REVOKE',
  'FOR',
  ',',
]);
const notATable: ReadonlySet<string> = new Set(['ON', ',', ')', ';', 'OR']);
const notDynamic: ReadonlySet<string> = new Set(['FUNCTION', 'PROCEDURE', 'ON', ',', ';']);
