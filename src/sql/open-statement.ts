import { keywordOf } from './keyword.js';
import type { Token } from './lexer.js';

/** Which way the rows of a COPY go between the server and its client. */
export type ClientCopy = 'from-stdin' | 'to-stdout';

/** A statement whose `;` has not come yet, and what decides whether the next `;` is its own. */
export class OpenStatement {
  readonly start: number;
  /** Index after its last token so far. */
  end: number;
  readonly #head: string[] = [];
  #kind: 'unknown' | 'rule' | 'routine' | 'copy' | 'plain' = 'unknown';
  #depth = 0;
  /** Bodies opened by BEGIN ATOMIC. */
  #bodies = 0;
  #previous = '';
  #copy: 'table' | 'from' | 'to' | 'from-stdin' | 'to-stdout' | 'elsewhere' = 'table';

  constructor(
    readonly text: string,
    first: Token,
  ) {
    this.start = first.start;
    this.end = first.end;
    this.add(first);
  }

  /**
   * A `;` that stands inside the statement: between the actions of a rule, or in a body that BEGIN ATOMIC opened. Inside
   * other parentheses the grammar has no `;`, so there it ends the statement, and an unclosed one hides nothing.
   */
  get keepsSemicolon(): boolean {
    return this.#bodies > 0 || (this.#kind === 'rule' && this.#depth > 0);
  }

  /** Set for a COPY whose rows go over the connection; PostgreSQL takes STDIN and STDOUT for the same. */
  get copies(): ClientCopy | null {
    return this.#copy === 'from-stdin' || this.#copy === 'to-stdout' ? this.#copy : null;
  }

  add(token: Token): void {
    this.end = token.end;
    if (this.#kind === 'plain') return;
    const word = keywordOf(this.text, token);
    if (this.#kind === 'unknown') this.#readHead(word);
    if (word === '(') this.#depth += 1;
    else if (word === ')') this.#depth -= 1;
    else if (this.#kind === 'routine') this.#watchBody(word);
    else if (this.#kind === 'copy' && this.#depth === 0) this.#watchCopy(word);
    this.#previous = word;
  }

  #readHead(word: string): void {
    this.#head.push(word);
    const head = this.#head.join(' ');
    if (head === 'COPY') this.#kind = 'copy';
    else if (/^CREATE( OR( REPLACE)?)?$/.test(head)) this.#kind = 'unknown';
    else if (/^CREATE( OR REPLACE)? RULE$/.test(head)) this.#kind = 'rule';
    else if (/^CREATE( OR REPLACE)? (FUNCTION|PROCEDURE)$/.test(head)) this.#kind = 'routine';
    else this.#kind = 'plain';
  }

  /** No statement begins with END, so an END after a `;`, or in an empty body, closes it; that of CASE never stands there. */
  #watchBody(word: string): void {
    if (word === 'ATOMIC' && this.#previous === 'BEGIN') this.#bodies += 1;
    const closes = this.#previous === ';' || this.#previous === 'ATOMIC';
    if (word === 'END' && closes && this.#bodies > 0) this.#bodies -= 1;
  }

  /** The first FROM or TO outside parentheses decides; both words are reserved, so no name is one of them. */
  #watchCopy(word: string): void {
    const client = /^STD(IN|OUT)$/.test(word);
    if (this.#copy === 'from') this.#copy = client ? 'from-stdin' : 'elsewhere';
    else if (this.#copy === 'to') this.#copy = client ? 'to-stdout' : 'elsewhere';
    else if (this.#copy === 'table' && word === 'FROM') this.#copy = 'from';
    else if (this.#copy === 'table' && word === 'TO') this.#copy = 'to';
  }
}
