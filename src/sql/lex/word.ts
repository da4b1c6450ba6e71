import { unescapeUnicode } from '../../core/failure/mask/literal-value.js';

/**
 * A token of PostgreSQL's lexical rules, as detailed as finding statements and literals needs: an operator is a
 * sequence of symbols, a number only its digits. Indices are UTF-16, `end` exclusive.
 */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** The content without the quotes of strings and quoted identifiers; the whole token otherwise. */
  readonly contentStart: number;
  readonly contentEnd: number;
  /** False for a quote or comment that is not closed before the end of the text. */
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

/** The token in the form used for comparison: words in upper case, symbols and short numbers as written, others ''. */
export function keywordOf(text: string, { kind, start, end }: Token): string {
  if (kind === 'symbol') return text.slice(start, end);
  if (end - start > longestKeyword) return '';
  const word = text.slice(start, end);
  if (kind === 'number') return word;
  if (kind !== 'word') return '';
  // Only ASCII folds in PostgreSQL: a word with ſ or ı is not a keyword, whatever toUpperCase returns.
  return /^[A-Za-z_]+$/.test(word) ? word.toUpperCase() : '';
}

/** `current_timestamp` and a few like it. */
const longestKeyword = 17;

/** An identifier as it is in the catalog: unquoted ones in lower case, and truncated to 63 bytes. */
export function identifierValue(text: string, { start, end }: Token): string {
  return truncated(unquoted(text.slice(start, end)));
}

function unquoted(source: string): string {
  const quoted = /^(U&)?"([\s\S]*)"$/i.exec(source);
  if (quoted === null) return source.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  const [, unicode, content = ''] = quoted;
  const value = content.replaceAll('""', '"');
  return unicode === undefined ? value : unescapeUnicode(value);
}

/** Truncated like in the server, never inside a character. */
function truncated(name: string): string {
  const bytes = Buffer.from(name);
  if (bytes.length <= longest) return name;
  let end = longest;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}

const longest = 63;
