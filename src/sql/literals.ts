import type { TextRange } from '../core/sql-reading.js';
import type { SqlText } from '../core/sql-text.js';
import { metaCommandAt } from './inline.js';
import { keywordOf } from './keyword.js';
import { Lexer, type Token } from './lexer.js';
import { StatementSplitter } from './split-statements.js';

/**
 * Everything in a file whose content no message may show, sorted by start, delimiters included: string literals, also
 * those in the code of functions and DO blocks; rows of COPY; comments; arguments of psql's commands; what stands for a
 * password without being a literal; what hangs on a literal because a quote is missing. One that is not closed reaches to
 * the end of the text, or of the code it stands in. Of a text of more than 4 MiB nothing may be shown: to look through all
 * of it would take too long.
 */
export function literalRanges(sql: SqlText): readonly TextRange[] {
  if (sql.length > longestText) return [{ start: 0, end: sql.length }];
  const text = String(sql);
  const splitter = new StatementSplitter(text);
  const collector = new LiteralCollector(text, text.length);
  let statements = 0;
  for (let token = splitter.next(); token !== null; token = splitter.next()) {
    collector.add(token);
    const closed = splitter.statements.at(-1);
    if (splitter.statements.length === statements || closed === undefined) continue;
    statements = splitter.statements.length;
    if (closed.copies === 'from-stdin')
      collector.hide(closed.data ?? { start: closed.semicolonEnd, end: closed.next });
  }
  return collector.finish();
}

/** Literals of code inside a literal, in a text that ends at `limit`. */
function rangesInCode(text: string, from: number, limit: number): readonly TextRange[] {
  const lexer = new Lexer(text, from, limit);
  const collector = new LiteralCollector(text, limit);
  for (let token = lexer.next(); token !== null; token = lexer.next()) collector.add(token);
  return collector.finish();
}

class LiteralCollector {
  readonly #ranges: TextRange[] = [];
  /** Code of the statement at hand; which language it is in may be said after it. */
  #code: Token[] = [];
  #language = '';
  #head = '';
  #previous = '';
  /** Inside CREATE ROLE and the like, where PASSWORD is followed by one. */
  #namesRole = false;
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
    if (this.#head.length < longestHead) this.#head += `${word} `;
    if (this.#previous === 'LANGUAGE') this.#language ||= word || this.text.slice(start, end);
    if (this.#isCode(token)) this.#code.push(token);
    else if (kind === 'string' || kind === 'dollar-string' || !token.closed)
      this.hide({ start, end });
    else if (start === this.#stringEnd && kind !== 'symbol')
      this.hide({ start, end: this.#lineEnd(start) });
    else if (word === '\\') this.#hideArguments(start);
    else if (this.#isPassword(word)) this.hide({ start, end: this.#endOfRun(start) });
    if (kind === 'string') this.#stringEnd = end;
    this.#namesRole ||= roles.has(word) && definitions.has(this.#previous);
  }

  #endStatement(): void {
    const readable = /^(?:'?(?:plpgsql|sql)'?)?$/i.test(this.#language);
    for (const { start, end, contentStart, contentEnd } of this.#code) {
      if (!readable) this.hide({ start, end });
      else for (const range of rangesInCode(this.text, contentStart, contentEnd)) this.hide(range);
    }
    this.#code = [];
    this.#language = '';
    this.#head = '';
    this.#namesRole = false;
  }

  #isCode({ kind, closed }: Token): boolean {
    if (kind !== 'dollar-string' || !closed) return false;
    const isBody = /^CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE) /.test(this.#head);
    return this.#head.startsWith('DO ') || (isBody && this.#previous === 'AS');
  }

  /** `PASSWORD hunter2` and `PASSWORD "hunter2"`: the server will say that this is wrong, and quote it. */
  #isPassword(word: string): boolean {
    return this.#namesRole && passwordWords.has(this.#previous) && word !== 'NULL';
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

  /** Of a long line no more than anybody is shown. */
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
/** BY is that of IDENTIFIED BY, which other databases have. */
const passwordWords: ReadonlySet<string> = new Set(['PASSWORD', 'PASSWD', 'PASS', 'PWD', 'BY']);
