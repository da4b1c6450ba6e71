import type { TextRange } from '../core/sql-reading.js';
import { Lexer } from './lexer.js';
import type { RoughStatement, Split } from './split-statements.js';

/** A stretch of a file that is parsed at once: whole statements, its last `;` at its very end. */
export interface Chunk {
  readonly range: TextRange;
  readonly rough: readonly RoughStatement[];
  /** False for the end of the file, where a last statement may lack its `;`. */
  readonly endsWithSemicolon: boolean;
}

/**
 * UTF-16 units. The parser takes some 0.4 ms and 75 KB of memory for each KB, in one go: pieces of 64 KB keep the event
 * loop turning. A statement that is longer than `longestChunk` by itself is not parsed.
 */
const chunkLength = 64 * 1024;
export const longestChunk = 192 * 1024;

/** Cuts a file between its statements; rows of COPY fall out. Together the chunks hold everything else. */
export function chunksOf(
  text: string,
  { statements }: Extract<Split, { kind: 'split' }>,
): readonly Chunk[] {
  const chunks: Chunk[] = [];
  let start = 0;
  let rough: RoughStatement[] = [];
  for (const [index, statement] of statements.entries()) {
    rough.push(statement);
    const following = statements[index + 1];
    const end = following?.semicolonEnd ?? text.length;
    if (statement.data === null && end - start <= chunkLength) continue;
    if (statement.data === null && following === undefined) continue;
    const range = { start, end: statement.semicolonEnd };
    chunks.push({ range, rough, endsWithSemicolon: true });
    [start, rough] = [statement.next, []];
  }
  if (start < text.length) {
    chunks.push({ range: { start, end: text.length }, rough, endsWithSemicolon: false });
  }
  return chunks;
}

/** The text of a chunk with blanks for what the server is not to see, so that every index stays. */
export function chunkText(
  text: string,
  { start, end }: TextRange,
  skipped: readonly TextRange[],
): string {
  let shown = '';
  let from = start;
  for (const range of skipped) {
    if (range.start < start || range.end > end) continue;
    shown += text.slice(from, range.start) + ' '.repeat(range.end - range.start);
    from = range.end;
  }
  return shown + text.slice(from, end);
}

/** The text with blanks for its line comments; every index stays. */
export function blankComments(text: string): string {
  const lexer = new Lexer(text);
  const comments: TextRange[] = [];
  for (let token = lexer.next(); token !== null; token = lexer.next()) {
    if (token.kind === 'comment') comments.push({ start: token.start, end: token.end });
  }
  return chunkText(text, { start: 0, end: text.length }, comments);
}
