import { join } from 'node:path';
import type { MigrationFailure } from '../../../core/failure/failure.js';
import { printable } from '../../../core/files/names.js';

export { excerptLines, headline, labelled, particulars } from '../../../core/failure/told.js';

/** `migrations/gcp/002_x.sql:3:14`, which editors and terminals turn into a link; without a place, the path alone. */
export function location(
  directory: string,
  path: string,
  { place }: Pick<MigrationFailure, 'place'>,
): string {
  const file = printable(join(directory, path));
  return place === null ? file : `${file}:${place.line}:${place.column}`;
}
