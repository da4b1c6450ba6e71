import type { RefusedFile } from '../files/migration.js';
import type { Place } from '../text/position.js';

/**
 * Why one migration is not applied. Stored in the history as JSON and shown the same way everywhere, so it contains
 * nothing secret: literals of the file and values of rows are masked before it is created.
 */
export interface MigrationFailure {
  /** `sql`: the server refused it. `refused`: pgm refused it before anything was sent. */
  readonly kind: 'sql' | 'refused';
  /** The server's five characters; null for what pgm refused. */
  readonly sqlstate: string | null;
  readonly message: string;
  readonly detail: string | null;
  readonly hint: string | null;
  /** The server's context: which function, which statement inside it. */
  readonly context: string | null;
  readonly place: Place | null;
  /** The line of the file at `place`, literals masked, and the column (1-based) of the caret in it. */
  readonly excerpt: { readonly text: string; readonly caret: number } | null;
  /** What to do, if pgm knows the cause. */
  readonly advice: string | null;
}

/** A file that pgm could not even read as a migration, as the failure of that migration. */
export function failureOfRefusal({ reason, byteOffset }: RefusedFile): MigrationFailure {
  return {
    kind: 'refused',
    sqlstate: null,
    message: byteOffset === null ? reason : `${reason} (at byte ${byteOffset})`,
    detail: null,
    hint: null,
    context: null,
    place: null,
    excerpt: null,
    advice: null,
  };
}
