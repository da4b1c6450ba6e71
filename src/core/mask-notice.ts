import {
  clip,
  givenAway,
  hiddenValues,
  maskBare,
  maskQuoted,
  quotedIn,
  tellingLength,
} from './mask.js';
import { mask } from './position.js';
import { shownInCode } from './shown-in-code.js';
import type { TextRange } from './sql-reading.js';
import type { SqlText } from './sql-text.js';

/**
 * Makes the mask for what the server says while a file runs (NOTICE, WARNING): that of an error (see `maskedFields`), and
 * for literals that are plain words too, since nothing depends on a notice that lost a word too many. Of a text too long
 * to look for literals in, all is masked.
 */
export function noticeMask(
  sql: SqlText,
  literals: readonly TextRange[],
): (message: string) => string {
  const [only] = literals;
  if (only?.start === 0 && only.end === sql.length) return () => mask;
  const text = String(sql);
  const values = hiddenValues(text, literals);
  return (message) => {
    const fragments = new Set(quotedIn(message));
    const { quoted, bare } = givenAway(values, fragments, message);
    const words = values.filter((value) => isPlainWordIn(message, value));
    const clear = shownInCode(text, literals, [...fragments, ...bare, ...words]);
    const isSecret = (fragment: string): boolean => quoted.has(fragment) && !clear.has(fragment);
    return clip(maskQuoted(maskWords(maskBare(message, bare, clear), words, clear), isSecret));
  };
}

/** Letters, blanks and underscores are no special characters of a pattern. */
function isPlainWordIn(message: string, value: string): boolean {
  const isPlain = value.length >= tellingLength && /^[\p{L}_][\p{L}\s_]*$/u.test(value);
  return isPlain && message.includes(value) && wholeWord(value).test(message);
}

function maskWords(message: string, words: readonly string[], clear: ReadonlySet<string>): string {
  const longestFirst = words.filter((word) => !clear.has(word)).sort((a, b) => b.length - a.length);
  return longestFirst.reduce((shown, word) => shown.replace(wholeWord(word), mask), message);
}

function wholeWord(word: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}_$])${word}(?![\\p{L}\\p{N}_$])`, 'gu');
}
