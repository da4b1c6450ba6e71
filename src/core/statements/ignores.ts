import { isWithoutStatement } from '../files/text.js';
import type { TextRange } from '../text/text-range.js';
import type { IgnoreLine } from './header-lists.js';
import { headersOf, lateIgnores } from './headers.js';
import type { SqlStatement } from './sql-reading.js';

/** A line `-- pgm:ignore`, and what it is about. */
export interface Ignore extends IgnoreLine {
  /** The file, the statement right below the line, or nothing: then it suppresses nothing. */
  readonly about: 'file' | 'nothing' | TextRange;
}

/**
 * Every `-- pgm:ignore` of a file: in the header it is about the file, on a line right before a statement about that
 * statement. Between the two there may be other comments and blanks.
 */
export function ignoresOf(
  text: string,
  statements: readonly Pick<SqlStatement, 'range' | 'data'>[],
): readonly Ignore[] {
  const late = lateIgnores(text).filter(
    ({ start }) => !statements.some(({ data }) => data !== null && isWithin(start, data)),
  );
  return [
    ...headersOf(text).ignore.map((line): Ignore => ({ ...line, about: 'file' })),
    ...late.map((line): Ignore => ({ ...line, about: statementBelow(text, line, statements) })),
  ];
}

function statementBelow(
  text: string,
  { start }: IgnoreLine,
  statements: readonly Pick<SqlStatement, 'range'>[],
): Ignore['about'] {
  const below = statements.find(({ range }) => range.end > start)?.range;
  if (below === undefined || below.start <= start) return 'nothing';
  // What begins inside a block comment is followed by its end, which is neither a comment nor a blank.
  return isWithoutStatement(text.slice(start, below.start)) ? below : 'nothing';
}

function isWithin(index: number, { start, end }: TextRange): boolean {
  return start <= index && index < end;
}
