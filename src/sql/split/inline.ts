import type { TextRange } from '../../core/text/text-range.js';

/**
 * The rows after a COPY … FROM STDIN whose `;` ends before `from`: the following lines up to a line that is exactly
 * `\.`. `next` is where SQL continues. Null when something else follows the `;` on its line, or there is no line `\.`.
 */
export function rowsAfter(
  text: string,
  from: number,
): { readonly data: TextRange; readonly next: number } | null {
  restOfLine.lastIndex = from;
  if (!restOfLine.test(text)) return null;
  const start = restOfLine.lastIndex;
  for (let at = text.indexOf('\\.', start); at !== -1; at = text.indexOf('\\.', at + 2)) {
    if (at !== start && text[at - 1] !== '\n') continue;
    lineEnd.lastIndex = at + 2;
    if (lineEnd.test(text)) return { data: { start, end: at }, next: lineEnd.lastIndex };
  }
  return null;
}

const restOfLine = /[ \t\r]*(?:--[^\n]*)?\n/y;
const lineEnd = /\r?(?:\n|$)/y;

interface MetaCommand {
  /** Without its arguments, which may contain a password: `\connect`. */
  readonly command: string;
  readonly end: number;
  /** Index of the end of its line, where SQL continues. */
  readonly lineEnd: number;
  /**
   * Dumps since August 2025 are enclosed in `\restrict KEY` and `\unrestrict KEY`, which make psql refuse all other
   * commands in between. pgm refuses those anyway, so the two lines can be skipped.
   */
  readonly harmless: boolean;
}

/** Reads the psql command whose backslash is at `index`. */
export function metaCommandAt(text: string, index: number): MetaCommand {
  const found = text.indexOf('\n', index);
  const lineEnd = found === -1 ? text.length : found;
  const line = text.slice(index, lineEnd);
  const command = /^\\(?:[A-Za-z_]+|[^\s])?/.exec(line)?.[0] ?? '\\';
  const alone = /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, index - lookBack), index));
  const harmless = alone && /^\\(?:un)?restrict[ \t]+[A-Za-z0-9]+[ \t\r]*$/.test(line);
  return { command, end: index + command.length, lineEnd, harmless };
}

/** UTF-16 units to look at before a command. */
const lookBack = 80;

/**
 * A block comment that is alone on its line and has a single line of words, as a line comment whose indices are the same;
 * null for any other.
 */
export function oneLineOf(text: string, { start, end }: TextRange): string | null {
  if (end - start > longestLabel) return null;
  restOfLine.lastIndex = end;
  if (end < text.length && !restOfLine.test(text)) return null;
  const inner = text.slice(start + 2, end - 2);
  const lines = inner.split(/[\r\n]+/).filter((line) => /[^\s*]/.test(line));
  return lines.length === 1 ? `--${inner}` : null;
}

const longestLabel = 200;
