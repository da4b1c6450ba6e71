import type { TextRange } from '../core/text/text-range.js';
import { metaCommandAt } from './split/inline.js';
import { Lexer } from './lex/lexer.js';
import { keywordOf, type Token } from './lex/word.js';
import { StatementSplitter } from './split/split-statements.js';

/**
 * Everything in a file that no message may show, sorted by start, delimiters included: string literals, also in the
 * bodies of functions and DO blocks; rows of COPY; comments; arguments of psql commands; passwords that are not written
 * as literals; and text attached to a literal because of a missing quote. An unclosed one extends to the end of the
 * text, or of the body it is in. Nothing may be shown from a text of more than 4 MiB, because scanning it would take
 * too long.
 */
export function literalRanges(text: string): readonly TextRange[] {
  if (text.length > longestText) return [{ start: 0, end: text.length }];
  const collector = new LiteralCollector(text, text.length);
  const rows: TextRange[] = [];
  const splitter = new StatementSplitter(text, ({ copies, data, semicolonEnd, next }) => {
    if (copies === 'from-stdin') rows.push(data ?? { start: semicolonEnd, end: next });
  });
  for (let token = splitter.next(); token !== null; token = splitter.next()) {
    collector.add(token);
    for (const each of rows.splice(0)) collector.hide(each);
  }
  return collector.finish();
}

/** The literals in code that is itself inside a literal, up to `limit`. */
function rangesInCode(text: string, from: number, limit: number): readonly TextRange[] {
  const lexer = new Lexer(text, from, limit);
  const collector = new LiteralCollector(text, limit);
  for (let token = lexer.next(); token !== null; token = lexer.next()) collector.add(token);
  return collector.finish();
}

/** What decides about literals in the statement being read. */
interface OpenStatement {
  /** Bodies of functions and DO blocks; the language they are written in may be named after them. */
  readonly code: Token[];
  language: string;
  /** Its first words. */
  head: string;
  /** CREATE ROLE and the like, where PASSWORD is followed by one. */
  namesRole: boolean;
}

function noStatement(): OpenStatement {
  return { code: [], language: '', head: '', namesRole: false };
}

class LiteralCollector {
  readonly #ranges: TextRange[] = [];
  #statement = noStatement();
  #previous = '';
  #stringEnd = -1;

  constructor(
    readonly text: string,
    readonly limit: number,
  ) {}

  hide(range: TextRange): void {
    if (range.end > range.start) this.#ranges.push(range);
  }

  add(token: Token): void {
    const { kind, start, end } = token;
    if (kind === 'comment' || kind === 'block-comment') {
      this.hide({ start, end });
      return;
    }
    const word = keywordOf(this.text, token);
    if (word === ';') this.#endStatement();
    else this.#addToStatement(token, word);
    this.#previous = word;
  }

  finish(): readonly TextRange[] {
    this.#endStatement();
    return this.#ranges.sort((a, b) => a.start - b.start || b.end - a.end);
  }

  #addToStatement(token: Token, word: string): void {
    const { kind, start, end } = token;
    const statement = this.#statement;
    if (statement.head.length < longestHead) statement.head += `${word} `;
    if (this.#previous === 'LANGUAGE') statement.language ||= word || this.text.slice(start, end);
    if (this.#isCode(token)) statement.code.push(token);
    else if (kind === 'string' || kind === 'dollar-string' || !token.closed)
      this.hide({ start, end });
    else if (start === this.#stringEnd && kind !== 'symbol')
      this.hide({ start, end: this.#lineEnd(start) });
    else if (word === '\\') this.#hideArguments(start);
    else if (this.#isPassword(word)) this.hide({ start, end: this.#endOfRun(start) });
    if (kind === 'string') this.#stringEnd = end;
    statement.namesRole ||= roles.has(word) && definitions.has(this.#previous);
  }

  #endStatement(): void {
    const { code, language } = this.#statement;
    const readable = /^(?:'?(?:plpgsql|sql)'?)?$/i.test(language);
    for (const { start, end, contentStart, contentEnd } of code) {
      if (!readable) this.hide({ start, end });
      else for (const range of rangesInCode(this.text, contentStart, contentEnd)) this.hide(range);
    }
    this.#statement = noStatement();
  }

  #isCode({ kind, closed }: Token): boolean {
    if (kind !== 'dollar-string' || !closed) return false;
    const { head } = this.#statement;
    const isBody = /^CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE) /.test(head);
    return head.startsWith('DO ') || (isBody && this.#previous === 'AS');
  }

  /** `PASSWORD hunter2` and `PASSWORD "hunter2"`: the server reports these as errors and quotes them. */
  #isPassword(word: string): boolean {
    return this.#statement.namesRole && passwordWords.has(this.#previous) && word !== 'NULL';
  }

  #hideArguments(start: number): void {
    const { end, lineEnd } = metaCommandAt(this.text, start);
    this.hide({ start: end, end: Math.min(lineEnd, this.limit) });
  }

  #endOfRun(start: number): number {
    run.lastIndex = start;
    run.exec(this.text);
    return Math.min(Math.max(run.lastIndex, start), this.limit);
  }

  /** The end of the line, or a limit that is more than messages ever show. */
  #lineEnd(start: number): number {
    const found = this.text.slice(start, start + 4000).search(/[\n\r]/);
    return Math.min(found === -1 ? start + 4000 : start + found, this.limit);
  }
}

/** UTF-16 units. */
const longestText = 4 * 1024 * 1024;
const longestHead = 40;
const run = /[^\s]*[^\s;,)]/y;
const definitions: ReadonlySet<string> = new Set(['CREATE', 'ALTER']);
const roles: ReadonlySet<string> = new Set(['ROLE', 'USER', 'GROUP', 'SERVER']);
/** BY is for IDENTIFIED BY of other databases. */
const passwordWords: ReadonlySet<string> = new Set(['PASSWORD', 'PASSWD', 'PASS', 'PWD', 'BY']);
