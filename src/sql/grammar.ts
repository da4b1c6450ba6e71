import { indexOfCodePoint } from '../core/position.js';

/** PostgreSQL's own grammar, as `libpg-query` brings it. */
export type ParseSql = (sql: string) => Promise<{ readonly stmts?: readonly RawStatement[] }>;

export interface RawStatement {
  readonly stmt?: unknown;
  /** Bytes from the start of the text, blanks and comments before the statement skipped; left out for 0. */
  readonly stmt_location?: number;
  /** Bytes up to its `;`; left out for 0, which is how a last statement without `;` is told. */
  readonly stmt_len?: number;
}

/** A statement of the grammar. Indices are UTF-16 in the text that was parsed. */
export interface ParsedStatement {
  readonly start: number;
  /** Index of its `;`, or null when the text ends without one. */
  readonly semicolon: number | null;
  readonly tree: unknown;
}

export type Parse =
  | { readonly kind: 'parsed'; readonly statements: readonly ParsedStatement[] }
  | { readonly kind: 'syntax-error'; readonly at: number }
  /** The parser broke on it, which says nothing about the text: it is nested too deeply, or memory ran out. */
  | { readonly kind: 'unreadable' };

/** Loads the parser: 1.7 MB of WebAssembly, 40 to 50 ms. */
export async function loadGrammar(): Promise<ParseSql> {
  const { parse } = await import('libpg-query');
  return parse;
}

export async function parseStatements(text: string, parse: ParseSql): Promise<Parse> {
  // The parser takes an empty text for a mistake of the caller.
  if (text === '') return { kind: 'parsed', statements: [] };
  try {
    const { stmts = [] } = await parse(text);
    return { kind: 'parsed', statements: located(stmts, text) };
  } catch (error) {
    return refusal(error, text);
  }
}

function refusal(error: unknown, text: string): Parse {
  const cursor = cursorOf(error);
  // "memory exhausted" is the depth of its stack, which the server has more of.
  const isVerdict = error instanceof Error && !error.message.startsWith('memory exhausted');
  return cursor === null || !isVerdict
    ? { kind: 'unreadable' }
    : { kind: 'syntax-error', at: indexOfCodePoint(text, cursor + 1) };
}

/** 0-based, in code points; null for an error that is not about the text. */
function cursorOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('sqlDetails' in error)) return null;
  const details = error.sqlDetails;
  if (typeof details !== 'object' || details === null || !('cursorPosition' in details))
    return null;
  return typeof details.cursorPosition === 'number' ? details.cursorPosition : null;
}

function located(raw: readonly RawStatement[], text: string): readonly ParsedStatement[] {
  const indexOf = byteIndex(text);
  return raw.map(({ stmt, stmt_location: location = 0, stmt_len: length = 0 }) => ({
    start: indexOf(location),
    semicolon: length === 0 ? null : indexOf(location + length),
    tree: stmt,
  }));
}

/** Turns byte offsets into UTF-16 indices; they have to be asked for in rising order. */
function byteIndex(text: string): (byteOffset: number) => number {
  let index = 0;
  let bytes = 0;
  return (byteOffset) => {
    while (bytes < byteOffset && index < text.length) {
      const point = text.codePointAt(index) ?? 0;
      bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      index += point < 0x10000 ? 1 : 2;
    }
    return index;
  };
}
