import type { TextRange } from './text-range.js';

/**
 * A part of a text with a blank in place of each character in the `hidden` ranges, which are sorted by start: the indices of
 * what is left are the same.
 */
export function blanked(text: string, hidden: readonly TextRange[], part: TextRange): string {
  let shown = '';
  let at = part.start;
  for (const { start, end } of hidden) {
    if (start >= part.end) break;
    if (end <= at) continue;
    const from = Math.max(start, at);
    const to = Math.min(end, part.end);
    shown += text.slice(at, from) + ' '.repeat(to - from);
    at = to;
  }
  return shown + text.slice(at, part.end);
}

/** True if one of the ranges that hide a file's literals is a comment. A file too long to be read is one range. */
export function isComment(text: string, { start, end }: TextRange): boolean {
  const isAll = start === 0 && end === text.length;
  return !isAll && (text.startsWith('--', start) || text.startsWith('/*', start));
}

/** The text with blanks in place of its comments, which are some of its `literals`. */
export function withoutComments(text: string, literals: readonly TextRange[]): string {
  const comments = literals.filter((range) => isComment(text, range));
  return blanked(text, comments, { start: 0, end: text.length });
}
