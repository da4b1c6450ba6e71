import type { MigrationFailure } from '../../core/failure.js';

/** The classes of SQLSTATE that PostgreSQL gives by itself: the first two characters. */
const knownClasses: ReadonlySet<string> = new Set(
  (
    '00 01 02 03 08 09 0A 0B 0F 0L 0P 0Z 10 20 21 22 23 24 25 26 27 28 2B 2D 2F 34 38 39 3B 3D 3F ' +
    '40 42 44 53 54 55 57 58 72 F0 HV P0 XX'
  ).split(' '),
);

/**
 * The label for why a migration failed: the class of its SQLSTATE; `refused` when nothing was sent; `other` for a class
 * that a file made up (RAISE … USING ERRCODE), of which there could be a thousand.
 */
export function failureClass({ kind, sqlstate }: MigrationFailure): string {
  if (kind === 'refused') return 'refused';
  const found = sqlstate?.slice(0, 2) ?? '';
  return knownClasses.has(found) ? found : 'other';
}
