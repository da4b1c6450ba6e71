import type { TextRange } from '../core/sql-reading.js';

/**
 * The rows below a COPY … FROM STDIN whose `;` ends before `from`: the lines after that one, up to a line that is exactly
 * `\.`. `next` is where SQL goes on. Null when something else follows the `;` on its line or no line `\.` comes.
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

export interface MetaCommand {
  /** Without its arguments, which may hold a password: `\connect`. */
  readonly command: string;
  readonly end: number;
  /** Index of the end of its line, where SQL goes on. */
  readonly lineEnd: number;
  /**
   * Dumps since August 2025 stand between `\restrict KEY` and `\unrestrict KEY`, which bid psql refuse other commands in
   * between. We refuse them anyway, so the two lines can be left out.
   */
  readonly harmless: boolean;
}

/** Reads the command of psql whose backslash is at `index`; of what stands before it no more than `lookBack` counts. */
export function metaCommandAt(text: string, index: number): MetaCommand {
  const found = text.indexOf('\n', index);
  const lineEnd = found === -1 ? text.length : found;
  const line = text.slice(index, lineEnd);
  const command = /^\\(?:[A-Za-z_]+|[^\s])?/.exec(line)?.[0] ?? '\\';
  const alone = /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, index - lookBack), index));
  const harmless = alone && /^\\(?:un)?restrict[ \t]+[A-Za-z0-9]+[ \t\r]*$/.test(line);
  return { command, end: index + command.length, lineEnd, harmless };
}

/** UTF-16 units. */
export const lookBack = 80;
