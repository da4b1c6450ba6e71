import type { Migration } from '../files/migration.js';
import type { ToolFolder } from '../foreign/tool-folder.js';
import type { ToldRow } from '../foreign/tool-history.js';

/** Compares files with the checksums that a tool stored for them. */
export interface Sums {
  /** The checksum that the tool stored is of this file. */
  matches(file: Migration, row: ToldRow): boolean;
  /** The checksum that the tool stored is certainly of another content. */
  differs(file: Migration, row: ToldRow): boolean;
}

export function sumsOf(folder: ToolFolder): Sums {
  const { sums } = folder.history;
  const matches = ({ sql, number }: Migration, row: ToldRow): boolean =>
    row.sum !== null &&
    originalTexts(sql, folder).texts.some((text) =>
      sums?.(text, row, { number }).includes(row.sum ?? ''),
    );
  return {
    matches,
    differs: (file, row) =>
      sums !== undefined &&
      row.sum !== null &&
      originalTexts(file.sql, folder).all &&
      !matches(file, row),
  };
}

/** What a file may have been before it was imported; `all`: no other text is possible. */
interface OriginalTexts {
  readonly texts: readonly string[];
  readonly all: boolean;
}

/** For a file that was imported whole: without a line that pgm wrote, and with the tool's line that it left out. */
function originalTexts(sql: string, { outside }: ToolFolder): OriginalTexts {
  const [header] = /^-- pgm:no-transaction\r?\n/.exec(sql) ?? [];
  if (header === undefined) return { texts: withMark([sql]), all: true };
  const body = sql.slice(header.length);
  const end = header.endsWith('\r\n') ? '\r\n' : '\n';
  const written = outside?.written === undefined ? [] : [`${outside.written}${end}${body}`];
  return { texts: withMark([sql, body, ...written]), all: outside?.line === undefined };
}

/** A byte order mark is not part of a file's text. */
function withMark(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => [text, `\ufeff${text}`]);
}
