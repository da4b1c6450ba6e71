import type { Migration } from '../files/migration.js';
import type { ToolFolder } from '../foreign/tool-folder.js';
import type { ToldRow } from '../foreign/tool-history.js';
import { originalTexts } from './original-texts.js';

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
