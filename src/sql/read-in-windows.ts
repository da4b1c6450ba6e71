import type { SqlReading, SqlStatement, TextRange } from '../core/sql-reading.js';
import { type SqlText, windowLength } from '../core/sql-text.js';
import { describeAll } from './describe.js';
import { lookBack } from './inline.js';
import { turnOfOthers } from './pauses.js';
import { type Obstacle, StatementSplitter } from './split-statements.js';

export interface WindowOptions {
  /** UTF-16 units of the first window. */
  readonly length?: number;
  /** What is longer than this is not cut into windows. */
  readonly longest?: number;
}

/**
 * Reads a text of any length by the plain lexer, one window after the other, so that all of it need not be decoded. A
 * statement that ends in a window, rows of COPY and all, is what it is in the whole text: the lexer goes from left to right,
 * and a token may be another one than in the whole text only where it touches the end of the window. The next window begins
 * behind the last of them. What is in the way in a window may be there only because the window ends, so it counts in the
 * last one alone.
 */
export async function readInWindows(
  text: SqlText,
  { length = windowLength, longest = longestWindow }: WindowOptions = {},
): Promise<SqlReading> {
  const statements: SqlStatement[] = [];
  const skipped: TextRange[] = [];
  let firstOverLines: number | null = null;
  for (let start = 0, size = length; ;) {
    const window = size > longest ? restOf(text, start) : windowAt(text, start, size);
    const read = await readWindow(window);
    firstOverLines ??= read.firstOverLines;
    if (read.obstacle?.kind === 'unterminated') return { ...read.obstacle, firstOverLines };
    if (read.obstacle !== null) return read.obstacle;
    for (const statement of read.statements) statements.push(statement);
    for (const range of read.skipped) skipped.push(range);
    if (window.isLast) return { kind: 'statements', statements, skipped, exact: false };
    // Where a statement is longer than a window, others are, too: windows stay long, so that little is read twice.
    if (read.next === start) size *= 2;
    start = read.next;
    await turnOfOthers();
  }
}

/** UTF-16 units. Node keeps longer strings outside of V8's heap, which collects them late. */
const longestWindow = 1000 * 1024;

interface Window {
  readonly text: string;
  /** Where in the whole text it begins. */
  readonly offset: number;
  /** Where to begin in it: what stands before is only looked back at. */
  readonly from: number;
  readonly isLast: boolean;
}

function windowAt(text: SqlText, start: number, length: number): Window {
  const offset = Math.max(0, start - lookBack);
  const end = start + length;
  const isLast = end >= text.length;
  return { text: text.slice(offset, end), offset, from: start - offset, isLast };
}

/** The text is decoded once at most, for this and for whoever needs all of it later. */
function restOf(text: SqlText, start: number): Window {
  return { text: String(text), offset: 0, from: start, isLast: true };
}

/** What is certain of a window, in indices of the whole text. */
interface WindowReading {
  readonly statements: readonly SqlStatement[];
  readonly skipped: readonly TextRange[];
  /** As in `StatementSplitter`. */
  readonly firstOverLines: number | null;
  readonly obstacle: Obstacle | null;
  /** Where SQL goes on behind all that. */
  readonly next: number;
}

async function readWindow({ text, offset, from, isLast }: Window): Promise<WindowReading> {
  const splitter = new StatementSplitter(text, from);
  await splitter.run();
  const { firstOverLines, obstacle } = splitter;
  const isWhole = ({ next }: { readonly next: number }): boolean => isLast || next < text.length;
  const whole = splitter.statements.filter(isWhole);
  const next = isLast ? text.length : (whole.at(-1)?.next ?? from);
  const described = await describeAll(text, whole);
  return {
    statements: described.map((statement) => movedStatement(statement, offset)),
    skipped: splitter.skipped
      .filter(({ start }) => start < next)
      .map((each) => moved(each, offset)),
    firstOverLines:
      firstOverLines !== null && firstOverLines < next ? firstOverLines + offset : null,
    obstacle: isLast && obstacle !== null ? { ...obstacle, at: obstacle.at + offset } : null,
    next: next + offset,
  };
}

function movedStatement(statement: SqlStatement, offset: number): SqlStatement {
  const { range, data } = statement;
  const rows = data === null ? null : moved(data, offset);
  return { ...statement, range: moved(range, offset), data: rows };
}

function moved({ start, end }: TextRange, offset: number): TextRange {
  return { start: start + offset, end: end + offset };
}
