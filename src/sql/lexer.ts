import {
  ampersand,
  commentMark,
  continuation,
  dash,
  digits,
  dollar,
  dollarTag,
  doubleQuote,
  endOf,
  isBlank,
  isDigit,
  isWordStart,
  letterE,
  letterU,
  lineComment,
  prefixes,
  quote,
  quoteOrBackslash,
  slash,
  star,
  wordPart,
} from './characters.js';

/**
 * A token of PostgreSQL's lexical rules, as far as finding statements and literals needs them: an operator is a row of
 * symbols, a number is its digits. Indices are UTF-16, `end` exclusive.
 */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** Strings and quoted identifiers without their quotes; other tokens whole. */
  readonly contentStart: number;
  readonly contentEnd: number;
  /** False when a quote or comment runs into the end of the text. */
  readonly closed: boolean;
}

export type TokenKind =
  | 'word'
  | 'number'
  | 'symbol'
  | 'string'
  | 'dollar-string'
  | 'quoted-identifier'
  | 'comment'
  | 'block-comment';

/**
 * Cuts a text into tokens, one at a time. Follows the rules of `scan.l` with `standard_conforming_strings` on, and never
 * fails: what PostgreSQL would refuse comes out as symbols.
 */
export class Lexer {
  #at: number;
  /** The last segment of an E'…' string: a plain '…' below it goes on with it, escapes and all. */
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

  /** Goes on at `index`. */
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
    if (code === dash && next === dash) return this.#lineComment(start);
    if (code === slash && next === star) return this.#blockComment(start);
    if (code === dollar) return this.#dollarString(start);
    return this.#plain('symbol', start, start + 1);
  }

  /** `E'` and its like are one token only when nothing of a word stands before: `name'x'` is a word and a string. */
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

  /** `contentEnd` is where the closing quote stands; none before the limit makes the token unclosed. */
  #quoted(kind: TokenKind, start: number, contentStart: number, contentEnd: number): Token {
    if (contentEnd === -1 || contentEnd >= this.limit) {
      return this.#unclosed(kind, start, contentStart);
    }
    return { kind, start, end: contentEnd + 1, contentStart, contentEnd, closed: true };
  }

  /** Index of the quote that ends what began before `from`; a doubled one stands for itself. */
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

  /** A line end must lie between the two quotes, and nothing but blanks and line comments. */
  #continuesEscapes(start: number): boolean {
    if (this.#escapeStringEnd === -1) return false;
    return continuation.test(this.text.slice(this.#escapeStringEnd, start));
  }

  #lineComment(start: number): Token {
    return this.#plain('comment', start, endOf(lineComment, this.text, start));
  }

  #blockComment(start: number): Token {
    commentMark.lastIndex = start + 2;
    for (let depth = 1; depth > 0;) {
      const found = commentMark.exec(this.text)?.[0];
      if (found === undefined) return this.#unclosed('block-comment', start, start);
      depth += found === '/*' ? 1 : -1;
    }
    if (commentMark.lastIndex > this.limit) return this.#unclosed('block-comment', start, start);
    return this.#plain('block-comment', start, commentMark.lastIndex);
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
