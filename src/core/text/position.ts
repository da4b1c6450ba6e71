import type { TextRange } from './text-range.js';

/** A position in a text; both count from 1, columns in code points. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One line to show, and the column (1-based, in code points) of the caret below it. */
export interface Excerpt {
  readonly text: string;
  readonly caret: number;
}

/** `gcp/002_x.sql:3:14`; without a place, the path alone. */
export function located(path: string, place: Place | null): string {
  return place === null ? path : `${path}:${place.line}:${place.column}`;
}

/** The place of the UTF-16 index `index` (0-based) of `text`; an index past the end is the end. */
export function placeAt(text: string, index: number): Place {
  const before = text.slice(0, Math.max(0, index));
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let at = before.indexOf('\n'); at !== -1; at = before.indexOf('\n', at + 1)) line += 1;
  return { line, column: codePoints(before.slice(lineStart)) + 1 };
}

/** `placeAt` for many indices of one text: the lines are counted once, and only if they are asked for. */
export function placesOf(text: string): (index: number) => Place {
  let starts: readonly number[] | null = null;
  return (index) => {
    starts ??= [0, ...Array.from(text.matchAll(/\n/g), (found) => found.index + 1)];
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= index) low = middle;
      else high = middle;
    }
    const before = text.slice(starts[low] ?? 0, Math.max(0, index));
    return { line: low + 1, column: codePoints(before) + 1 };
  };
}

/** Whether a place is at or after `start`, and before `end`. */
export function isBetween(place: Place, start: Place, end: Place): boolean {
  return !isBefore(place, start) && isBefore(place, end);
}

function isBefore(a: Place, b: Place): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}

/** UTF-16 index of the code point number `position` (1-based, as PostgreSQL counts) of `text`. */
export function indexOfCodePoint(text: string, position: number): number {
  let index = 0;
  for (let seen = 1; seen < position && index < text.length; seen += 1) {
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  }
  return index;
}

/** UTF-16 index where the line number `line` (1-based) of `text` begins; past the last line it is the end. */
export function indexOfLine(text: string, line: number): number {
  let start = 0;
  for (let seen = 1; seen < line; seen += 1) {
    const end = text.indexOf('\n', start);
    if (end === -1) return text.length;
    start = end + 1;
  }
  return start;
}

/** Replaces text that must not be shown. Its length is fixed, so that it does not reveal the length of the text. */
export const mask = '•••';

/**
 * The line of `text` around the UTF-16 index, with the `hidden` ranges (sorted by start) masked; a long line is cut to
 * a window. Characters that would control a terminal become spaces.
 */
export function excerptAt(text: string, index: number, hidden: readonly TextRange[] = []): Excerpt {
  const at = Math.min(Math.max(0, index), text.length);
  const line = lineAround(text, at);
  const near = {
    start: wholeCharacter(text, Math.max(line.start, at - longestLook)),
    end: wholeCharacter(text, Math.min(line.end, at + longestLook)),
  };
  const masks = clipped(hidden, near);
  const around = masks.find(({ start, end }) => start <= at && at < end);
  const before = masked(text, { start: near.start, end: around?.start ?? at }, masks);
  const shown = Array.from(printed(masked(text, near, masks)).trimEnd());
  const cut = { start: near.start > line.start, end: near.end < line.end };
  return shorten(shown, codePoints(before), cut);
}

const widestExcerpt = 120;

/** UTF-16 units to look at on either side: a line can be as long as the file. */
const longestLook = 2000;

/** The line of the index, without its line end. */
export function lineAround(text: string, at: number): TextRange {
  const start = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  return { start, end: end === -1 ? text.length : end };
}

/** The index itself, or one less when it lies inside a surrogate pair. */
function wholeCharacter(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff ? index - 1 : index;
}

/** The text of a range with a mask for each of the masked ranges that end in it. */
function masked(text: string, { start, end }: TextRange, masks: readonly TextRange[]): string {
  let shown = '';
  let from = start;
  for (const range of masks) {
    if (range.end > end) break;
    shown += text.slice(from, range.start) + mask;
    from = range.end;
  }
  return shown + text.slice(from, end);
}

/** The ranges clipped to the line; overlapping ones are merged. */
function clipped(ranges: readonly TextRange[], line: TextRange): readonly TextRange[] {
  const clips: TextRange[] = [];
  for (const range of ranges) {
    if (range.end < line.start || range.start > line.end) continue;
    const clip = {
      start: Math.max(range.start, line.start),
      end: Math.min(range.end, line.end),
    };
    const last = clips.at(-1);
    if (last === undefined || clip.start > last.end) clips.push(clip);
    else clips.splice(-1, 1, { start: last.start, end: Math.max(last.end, clip.end) });
  }
  return clips;
}

function shorten(
  line: readonly string[],
  before: number,
  cut: { readonly start: boolean; readonly end: boolean },
): Excerpt {
  const from = Math.max(0, before - widestExcerpt / 2);
  const lead = from > 0 || cut.start ? '…' : '';
  const tail = from + widestExcerpt < line.length || cut.end ? '…' : '';
  const window = line.slice(from, from + widestExcerpt).join('');
  return { text: lead + window + tail, caret: lead.length + before - from + 1 };
}

function printed(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, ' ');
}

function codePoints(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}
