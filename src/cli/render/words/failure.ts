import { join } from 'node:path';
import type { MigrationFailure } from '../../../core/failure/failure.js';
import { printable } from '../../../core/files/names.js';
import { located } from '../../../core/text/position.js';

export { excerptLines, headline, labelled, particulars } from '../../../core/failure/told.js';

/** `migrations/gcp/002_x.sql:3:14`, which editors and terminals turn into a link; without a place, the path alone. */
export function location(
  directory: string,
  path: string,
  { place }: Pick<MigrationFailure, 'place'>,
): string {
  return located(printable(join(directory, path)), place);
}
