import { givenAway, hiddenValues, tellingLength, wordsInRows } from './given-away.js';
import { maskBare } from './mask.js';
import { clip, maskQuoted, quotedIn } from './quoted.js';
import { mask } from '../../text/position.js';
import { shownInCode } from './shown-in-code.js';
import type { TextRange } from '../../text/text-range.js';

/**
 * Creates the mask for what the server says while a file runs (NOTICE, WARNING): the same as for an error (see
 * `maskedFields`), but plain-word literals are masked too, since nothing depends on a notice that loses a word too many.
 * A text too long to search for literals is masked completely.
 */
export function noticeMask(
  text: string,
  literals: readonly TextRange[],
): (message: string) => string {
  const [only] = literals;
  if (only?.start === 0 && only.end === text.length) return () => mask;
  const values = hiddenValues(text, literals);
  return (message) => {
    const fragments = new Set(quotedIn(message));
    const inRows = wordsInRows(text, literals, message);
    const { quoted, bare } = givenAway([...values, ...inRows], fragments, message);
    const words = values.filter((value) => isPlainWordIn(message, value));
    const clear = shownInCode(text, literals, [...fragments, ...bare, ...words]);
    const isSecret = (fragment: string): boolean => quoted.has(fragment) && !clear.has(fragment);
    return clip(maskQuoted(maskWords(maskBare(message, bare, clear), words, clear), isSecret));
  };
}

/** Letters, blanks and underscores are not special in a regular expression. */
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
