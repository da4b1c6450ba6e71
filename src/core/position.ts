/** A place in a text; both count from 1, columns in code points. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The place of the UTF-16 index `index` (0-based) of `text`; an index past the end is the end. */
export function placeAt(text: string, index: number): Place {
  const before = text.slice(0, Math.max(0, index));
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let at = before.indexOf('\n'); at !== -1; at = before.indexOf('\n', at + 1)) line += 1;
  return { line, column: codePoints(before.slice(lineStart)) + 1 };
}

/** UTF-16 index of the code point number `position` (1-based, as PostgreSQL counts) of `text`. */
export function indexOfCodePoint(text: string, position: number): number {
  let index = 0;
  for (let seen = 1; seen < position && index < text.length; seen += 1) {
    index += text.codePointAt(index)! > 0xffff ? 2 : 1;
  }
  return index;
}

/** The line of `text` around the UTF-16 index, shortened to a window when it is long, with the caret's column in it. */
export function excerptAt(text: string, index: number): { text: string; caret: number } {
  const at = Math.min(Math.max(0, index), text.length);
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const found = text.indexOf('\n', at);
  const line = text.slice(start, found === -1 ? text.length : found).replace(/\r$/, '');
  const from = Math.max(0, at - start - widestExcerpt / 2);
  const window = line.slice(from, from + widestExcerpt).replaceAll('\t', ' ');
  const lead = from > 0 ? '…' : '';
  const tail = from + widestExcerpt < line.length ? '…' : '';
  const caret = codePoints(lead) + codePoints(line.slice(from, at - start)) + 1;
  return { text: lead + window + tail, caret };
}

const widestExcerpt = 120;

function codePoints(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += text.codePointAt(index)! > 0xffff ? 2 : 1) {
    count += 1;
  }
  return count;
}
