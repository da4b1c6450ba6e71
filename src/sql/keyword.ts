import type { Token } from './lexer.js';

/** The token as it is compared: a word in capitals, a symbol or a short number as it is, '' for anything else. */
export function keywordOf(text: string, { kind, start, end }: Token): string {
  if (kind === 'symbol') return text.slice(start, end);
  if (end - start > longestKeyword) return '';
  const word = text.slice(start, end);
  if (kind === 'number') return word;
  if (kind !== 'word') return '';
  // Only ASCII folds in PostgreSQL: a word with ſ or ı in it is no keyword, whatever toUpperCase makes of it.
  return /^[A-Za-z_]+$/.test(word) ? word.toUpperCase() : '';
}

/** `current_timestamp` and a few like it. */
const longestKeyword = 17;
