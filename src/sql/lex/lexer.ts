import { endOfBlockComment } from '../../core/files/text.js';
import type { TextRange } from '../../core/text/text-range.js';
import type { Token, TokenKind } from './word.js';

/**
 * Splits a text into tokens, one at a time. Follows the rules of `scan.l` with `standard_conforming_strings` on, and
 * never fails: what PostgreSQL would reject becomes symbols.
 */
export class Lexer {
  #at: number;
  /** End of the last part of an E'…' string: a plain '…' on a later line continues it, with its escapes. */
  #escapeStringEnd = -1;

  constructor(
    readonly text: string,
    from = 0,
    readonly limit: number = text.length,
  ) {
    this.#at = from;
  }

  /** The next token, comments included, or null at the end. */
  next(): Token | null {
    const start = this.#skipBlanks();
    if (start >= this.limit) return null;
    const token = this.#tokenAt(start);
    this.#at = token.end;
    if (token.kind !== 'string' && token.kind !== 'comment') this.#escapeStringEnd = -1;
    return token;
  }

  /** Continues at `index`. */
  jumpTo(index: number): void {
    this.#at = index;
  }

  #skipBlanks(): number {
    let at = this.#at;
    while (at < this.limit && isBlank(this.text.charCodeAt(at))) at += 1;
    return at;
  }

  #tokenAt(start: number): Token {
    const code = this.text.charCodeAt(start);
    if (isWordStart(code)) return this.#wordOrPrefixedString(start, code);
    if (isDigit(code)) return this.#plain('number', start, endOf(digits, this.text, start));
    const next = this.text.charCodeAt(start + 1);
    if (code === quote) return this.#string(start, start + 1, this.#continuesEscapes(start));
    if (code === doubleQuote) return this.#quotedIdentifier(start, start + 1);
    if (code === dash && next === dash) {
      return this.#plain('comment', start, endOf(lineComment, this.text, start));
    }
    if (code === slash && next === star) return this.#blockComment(start);
    if (code === dollar) return this.#dollarString(start);
    return this.#plain('symbol', start, start + 1);
  }

  /** A prefix such as `E'` is only read at the start of a word: `name'x'` is a word and a string. */
  #wordOrPrefixedString(start: number, code: number): Token {
    const next = this.text.charCodeAt(start + 1);
    const letter = code | 0x20;
    if (next === quote && prefixes.has(letter)) {
      return this.#string(start, start + 2, letter === letterE);
    }
    const third = next === ampersand && letter === letterU ? this.text.charCodeAt(start + 2) : 0;
    if (third === quote) return this.#string(start, start + 3, false);
    if (third === doubleQuote) return this.#quotedIdentifier(start, start + 3);
    return this.#plain('word', start, endOf(wordPart, this.text, start));
  }

  #string(start: number, contentStart: number, escapes: boolean): Token {
    const end = escapes ? this.#endOfEscaped(contentStart) : this.#endOfQuoted(contentStart, "'");
    const token = this.#quoted('string', start, contentStart, end);
    this.#escapeStringEnd = escapes ? token.end : -1;
    return token;
  }

  #quotedIdentifier(start: number, contentStart: number): Token {
    const end = this.#endOfQuoted(contentStart, '"');
    return this.#quoted('quoted-identifier', start, contentStart, end);
  }

  /** `contentEnd` is the index of the closing quote; the token is unclosed if that is not before the limit. */
  #quoted(kind: TokenKind, start: number, contentStart: number, contentEnd: number): Token {
    if (contentEnd === -1 || contentEnd >= this.limit) {
      return this.#unclosed(kind, start, contentStart);
    }
    return { kind, start, end: contentEnd + 1, contentStart, contentEnd, closed: true };
  }

  /** Index of the closing quote at or after `from`; a doubled quote does not close. */
  #endOfQuoted(from: number, mark: string): number {
    let at = this.text.indexOf(mark, from);
    while (at !== -1 && this.text[at + 1] === mark) at = this.text.indexOf(mark, at + 2);
    return at;
  }

  #endOfEscaped(from: number): number {
    quoteOrBackslash.lastIndex = from;
    for (;;) {
      const found = quoteOrBackslash.exec(this.text);
      if (found === null) return -1;
      const doubled = this.text.charCodeAt(found.index + 1) === quote;
      if (found[0] === "'" && !doubled) return found.index;
      quoteOrBackslash.lastIndex = found.index + 2;
    }
  }

  /** There must be a line end between the two quotes, and nothing else except whitespace and line comments. */
  #continuesEscapes(start: number): boolean {
    if (this.#escapeStringEnd === -1) return false;
    return continuation.test(this.text.slice(this.#escapeStringEnd, start));
  }

  #blockComment(start: number): Token {
    const end = endOfBlockComment(this.text, start + 2);
    if (end === null || end > this.limit) return this.#unclosed('block-comment', start, start);
    return this.#plain('block-comment', start, end);
  }

  #dollarString(start: number): Token {
    dollarTag.lastIndex = start;
    const tag = dollarTag.exec(this.text)?.[0];
    if (tag === undefined) return this.#plain('symbol', start, start + 1);
    const contentStart = start + tag.length;
    const contentEnd = this.text.indexOf(tag, contentStart);
    const end = contentEnd + tag.length;
    if (contentEnd === -1 || end > this.limit) {
      return this.#unclosed('dollar-string', start, contentStart);
    }
    return { kind: 'dollar-string', start, end, contentStart, contentEnd, closed: true };
  }

  #plain(kind: TokenKind, start: number, wanted: number): Token {
    const end = Math.min(wanted, this.limit);
    return { kind, start, end, contentStart: start, contentEnd: end, closed: true };
  }

  #unclosed(kind: TokenKind, start: number, contentStart: number): Token {
    const end = this.limit;
    return { kind, start, end, contentStart, contentEnd: end, closed: false };
  }
}

/** The tokens of a part of a text, without comments. */
export function* tokensIn(text: string, { start, end }: TextRange): Generator<Token> {
  const lexer = new Lexer(text, start, end);
  for (let token = lexer.next(); token !== null; token = lexer.next()) {
    if (token.kind !== 'comment' && token.kind !== 'block-comment') yield token;
  }
}

/** Character codes and patterns of PostgreSQL's lexical rules; the sticky ones match at `lastIndex`. */
const quote = 0x27;
const doubleQuote = 0x22;
const dash = 0x2d;
const slash = 0x2f;
const star = 0x2a;
const dollar = 0x24;
const ampersand = 0x26;
const letterE = 0x65;
const letterU = 0x75;
/** B'…', E'…', N'…', X'…'. */
const prefixes: ReadonlySet<number> = new Set([0x62, letterE, 0x6e, 0x78]);

const digits = /[0-9]+/y;
/** All characters outside ASCII may be part of a word, even Unicode spaces: PostgreSQL looks at bytes. */
const wordPart = /[A-Za-z0-9_$\u0080-\uffff]+/y;
/** A carriage return ends it as well as a line feed. */
const lineComment = /[^\n\r]*/y;
const quoteOrBackslash = /['\\]/g;
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;
/**
 * Between the parts of one string. A comment matches to the end of its line or not at all, so that matching
 * cannot backtrack.
 */
const continuation =
  /^(?:[ \t\f\v]|--[^\n\r]*(?=[\n\r]))*[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*$/;

function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  pattern.test(text);
  return pattern.lastIndex;
}

function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isWordStart(code: number): boolean {
  const letter = code | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || code === 0x5f || code >= 0x80;
}
