import { keywordOf } from './keyword.js';
import { Lexer } from './lexer.js';
import { type Pauses, turnOfOthers } from './pauses.js';
import type { TextRange } from '../core/sql-reading.js';

/**
 * False for a statement about which the grammar could tell nothing that its words do not, except what it destroys: it is
 * no transaction control, is not refused inside a transaction, moves no rows of COPY, opens no body with BEGIN ATOMIC. Words inside strings, comments and the bodies of functions do not count.
 */
export async function hasTellingWord(
  text: string,
  { start, end }: TextRange,
  pauses: Pauses,
): Promise<boolean> {
  const lexer = new Lexer(text, start, end);
  const scan = new TellingScan();
  for (let token = lexer.next(); token !== null; token = lexer.next()) {
    if (pauses.isDueAt(token.end)) await turnOfOthers();
    if (token.kind === 'comment' || token.kind === 'block-comment') continue;
    if (scan.add(keywordOf(text, token))) return true;
  }
  return scan.add(';');
}

/** Looks at keywords one by one, each when the next one is known. */
class TellingScan {
  #at = -1;
  #word = '';

  /** Whether the word before this one tells something. */
  add(next: string): boolean {
    const tells = this.#tells(next);
    this.#at += 1;
    this.#word = next;
    return tells;
  }

  #tells(next: string): boolean {
    switch (this.#word) {
      case 'CONCURRENTLY':
        return true;
      case 'BEGIN':
        return this.#at === 0 || next === 'ATOMIC';
      default:
        if (this.#at === 0) return tellingFirst.has(this.#word);
        return this.#at === 1 && tellingSecond.has(this.#word);
    }
  }
}

const tellingFirst: ReadonlySet<string> = new Set([
  ...['START', 'COMMIT', 'END', 'ROLLBACK', 'ABORT', 'SAVEPOINT', 'RELEASE', 'PREPARE'],
  ...['COPY', 'DISCARD', 'VACUUM', 'CLUSTER', 'REINDEX'],
]);
/** What CREATE, ALTER and DROP may not do in a transaction to. */
const tellingSecond: ReadonlySet<string> = new Set([
  ...['DATABASE', 'TABLESPACE', 'SUBSCRIPTION', 'SYSTEM'],
]);
