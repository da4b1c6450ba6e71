import { parse } from 'libpg-query';

/** A statement as PostgreSQL's own grammar finds it. Indices are UTF-16. */
export interface ParsedStatement {
  readonly start: number;
  /** Index of its `;`, or null when the text ends without one. */
  readonly semicolon: number | null;
}

/** Rejects when the grammar refuses the text. */
export async function parseStatements(text: string): Promise<readonly ParsedStatement[]> {
  // The parser rejects an empty text.
  if (text === '') return [];
  const { stmts = [] } = await parse(text);
  const indexOf = (byteOffset: number): number =>
    Buffer.from(text).toString('utf8', 0, byteOffset).length;
  // Bytes from the start of the text; the length is omitted for a last statement without `;`.
  return stmts.map(({ stmt_location: location = 0, stmt_len: length = 0 }) => ({
    start: indexOf(location),
    semicolon: length === 0 ? null : indexOf(location + length),
  }));
}
