import type { SqlReading } from '../../statements/sql-reading.js';
import { isComment } from '../../text/code.js';
import type { TextRange } from '../../text/text-range.js';

/** Reads SQL without a server: see `SqlReader`. */
export interface CodeReader {
  read(text: string): Promise<SqlReading>;
  literals(text: string): readonly TextRange[];
}

/**
 * The SQL that runs when a file does: its statements without comments, literals, rows of COPY and bodies of routines, with
 * DO blocks and what a constant EXECUTE in them runs. A file that cannot be read has none.
 */
export async function codeOf(text: string, reader: CodeReader): Promise<readonly string[]> {
  const reading = await reader.read(text);
  if (reading.kind !== 'statements') return [];
  const literals = reader.literals(text);
  return reading.statements.flatMap(({ range, command }) => {
    if (/^CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE)\b/.test(command)) {
      const head = text.slice(range.start, range.end).split('(', 1);
      return head;
    }
    const own = literals.filter(({ start, end }) => start < range.end && end > range.start);
    return [
      withoutRanges(text, range, own),
      ...(command === 'DO' ? own.flatMap((each) => executed(text, each, reader)) : []),
    ];
  });
}

function withoutRanges(text: string, range: TextRange, hidden: readonly TextRange[]): string {
  let code = '';
  let at = range.start;
  for (const { start, end } of hidden) {
    if (start < at) continue;
    // A literal leaves an empty literal in its place; a comment leaves nothing.
    code += `${text.slice(at, start)}${isComment(text, { start, end }) ? ' ' : " '' "}`;
    at = end;
  }
  return code + text.slice(at, range.end);
}

/** The SQL in a literal of the code: `EXECUTE 'create index …'`, also within format(). */
function executed(text: string, { start, end }: TextRange, reader: CodeReader): readonly string[] {
  const before = text.slice(Math.max(0, start - longestBefore), start);
  if (!/\bexecute\s+(?:(?:pg_catalog\s*\.\s*)?format\s*\(\s*)?$/i.test(before)) return [];
  const sql = contentOf(text.slice(start, end));
  return [withoutRanges(sql, { start: 0, end: sql.length }, reader.literals(sql))];
}

const longestBefore = 80;

function contentOf(literal: string): string {
  const tag = /^\$[^$]*\$/.exec(literal)?.[0];
  if (tag !== undefined) return literal.slice(tag.length, -tag.length);
  return literal
    .replace(/^[a-z&]*'/i, '')
    .slice(0, -1)
    .replaceAll("''", "'");
}
