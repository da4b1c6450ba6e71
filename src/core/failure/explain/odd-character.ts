import { placeAt } from '../../text/position.js';

/**
 * Advice about a character that looks like a blank, like a quote or like nothing, in the word at the index or the one
 * before it; null if there is none. PostgreSQL treats all of them as letters.
 */
export function oddCharacterNear(text: string, index: number): string | null {
  const start = index - (before.exec(text.slice(Math.max(0, index - 200), index))?.[0].length ?? 0);
  const end = index + (after.exec(text.slice(index, index + 200))?.[0].length ?? 0);
  const found = text.slice(start, end).search(odd);
  if (found === -1) return null;
  const { line, column } = placeAt(text, start + found);
  const character = text.charAt(start + found);
  const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return `there is a ${names[character] ?? 'character'} (U+${code}) at ${line}:${column}, which PostgreSQL treats as a letter: replace it with ${plain(character)}`;
}

const before = /[\w$\u0080-\uffff]+\s*$/;
const after = /^[\w$\u0080-\uffff]+/;
const odd =
  /[\u00a0\u2007\u2009\u202f\u3000\u200b-\u200f\u2060\ufeff\u00ad\u2018\u2019\u201c\u201d]/;

const names: Readonly<Record<string, string>> = {
  '\u00a0': 'no-break space',
  '\u2007': 'figure space',
  '\u2009': 'thin space',
  '\u202f': 'narrow no-break space',
  '\u3000': 'wide space',
  '\u200b': 'zero-width space',
  '\u200c': 'zero-width non-joiner',
  '\u200d': 'zero-width joiner',
  '\u200e': 'left-to-right mark',
  '\u200f': 'right-to-left mark',
  '\u2060': 'word joiner',
  '\ufeff': 'byte order mark',
  '\u00ad': 'soft hyphen',
  '\u2018': 'curly quote',
  '\u2019': 'curly quote',
  '\u201c': 'curly quote',
  '\u201d': 'curly quote',
};

function plain(character: string): string {
  if (/[\u2018\u2019]/.test(character)) return "'";
  if (/[\u201c\u201d]/.test(character)) return '"';
  return /[\u00a0\u2007\u2009\u202f\u3000]/.test(character) ? 'an ordinary space' : 'nothing';
}
