/** Codes of characters, and patterns of PostgreSQL's lexical rules; sticky ones match where `lastIndex` says. */
export const quote = 0x27;
export const doubleQuote = 0x22;
export const dash = 0x2d;
export const slash = 0x2f;
export const star = 0x2a;
export const dollar = 0x24;
export const ampersand = 0x26;
export const letterE = 0x65;
export const letterU = 0x75;
/** B'…', E'…', N'…', X'…'. */
export const prefixes: ReadonlySet<number> = new Set([0x62, letterE, 0x6e, 0x78]);

export const digits = /[0-9]+/y;
/** Every character outside ASCII may stand in a word, blanks of Unicode too: PostgreSQL looks at bytes. */
export const wordPart = /[A-Za-z0-9_$\u0080-\uffff]+/y;
/** A carriage return ends it as well as a line feed. */
export const lineComment = /[^\n\r]*/y;
export const commentMark = /\/\*|\*\//g;
export const quoteOrBackslash = /['\\]/g;
export const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;
/** Between the parts of one string. A comment is taken to the end of its line or not at all, or this would never end. */
export const continuation =
  /^(?:[ \t\f\v]|--[^\n\r]*(?=[\n\r]))*[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*$/;

export function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  pattern.test(text);
  return pattern.lastIndex;
}

export function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

export function isWordStart(code: number): boolean {
  const letter = code | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || code === 0x5f || code >= 0x80;
}
