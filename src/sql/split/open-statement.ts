import { keywordOf, type Token } from '../lex/word.js';

/** The direction of the rows of a COPY between client and server. */
export type ClientCopy = 'from-stdin' | 'to-stdout';

/** A statement whose `;` is still to come, and what decides whether the next `;` ends it. */
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
   * True while a `;` is part of the statement: between the actions of a rule, or in a body opened by BEGIN ATOMIC.
   * Other parentheses cannot contain a `;`, so there it ends the statement, even if a parenthesis is not closed.
   */
  get keepsSemicolon(): boolean {
    return this.#bodies > 0 || (this.#kind === 'rule' && this.#depth > 0);
  }

  /** Set for a COPY whose rows go over the connection; PostgreSQL treats STDIN and STDOUT as synonyms. */
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

  /**
   * In parentheses the two words are a parameter and its type. An END after a `;` or in an empty body closes the body: no
   * statement starts with END, and that of CASE is elsewhere.
   */
  #watchBody(word: string): void {
    const opens = word === 'ATOMIC' && this.#previous === 'BEGIN' && this.#depth === 0;
    if (opens) this.#bodies += 1;
    const closes = this.#previous === ';' || this.#previous === 'ATOMIC';
    if (word === 'END' && closes && this.#bodies > 0) this.#bodies -= 1;
  }

  /** The first FROM or TO outside parentheses decides; both are reserved words, so they cannot be names. */
  #watchCopy(word: string): void {
    const client = /^STD(IN|OUT)$/.test(word);
    if (this.#copy === 'from') this.#copy = client ? 'from-stdin' : 'elsewhere';
    else if (this.#copy === 'to') this.#copy = client ? 'to-stdout' : 'elsewhere';
    else if (this.#copy === 'table' && word === 'FROM') this.#copy = 'from';
    else if (this.#copy === 'table' && word === 'TO') this.#copy = 'to';
  }
}
