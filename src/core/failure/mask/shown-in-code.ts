import type { TextRange } from '../../text/text-range.js';

/** Which of the words appear in the text as separate words, outside the ranges. The ranges are sorted by start. */
export function shownInCode(
  text: string,
  hidden: readonly TextRange[],
  words: readonly string[],
): Set<string> {
  const shown = new Set<string>();
  for (const word of words) {
    if (word !== '' && standsOutside(text, hidden, word)) shown.add(word);
  }
  return shown;
}

function standsOutside(text: string, hidden: readonly TextRange[], word: string): boolean {
  let next = 0;
  let hiddenTo = 0;
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    for (let range = hidden[next]; range !== undefined && range.start <= at; range = hidden[next]) {
      hiddenTo = Math.max(hiddenTo, range.end);
      next += 1;
    }
    if (at >= hiddenTo && isWholeWord(text, at, word)) return true;
  }
  return false;
}

function isWholeWord(text: string, at: number, word: string): boolean {
  const before = text[at - 1] ?? ' ';
  const after = text[at + word.length] ?? ' ';
  return !wordPart.test(before) && !wordPart.test(after);
}

const wordPart = /[\w$\u0080-\uffff]/;
