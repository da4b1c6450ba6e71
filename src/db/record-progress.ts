import type { MigrationFailure } from '../core/failure.js';
import type { Migration } from '../core/migration.js';
import {
  isRow,
  type Origin,
  provenance,
  reasonOf,
  rowColumns,
  rowValues,
  termsOf,
} from './history-row.js';
import { identifier, literal } from './quote.js';

/** How far a file without a transaction has come with this very content, and whether it is applied already. */
export function progressQuery(migration: Migration, { historySchema }: Origin): string {
  const checksum = literal(migration.checksum);
  return `
select applied_checksum is not distinct from ${checksum} as is_applied,
  case when checksum = ${checksum} then statements_done else 0 end as statements_done,
  checksum = ${checksum} and coalesce((last_error ->> 'indexWasAbsent')::boolean, false) as index_was_absent
from ${identifier(historySchema)}.migrations where ${isRow(termsOf(migration))}`;
}

export interface Reached {
  /** Statements that are done, of so many. */
  readonly done: number;
  readonly of: number;
  /** The index that the next statement creates was not there yet, so that one that is there afterwards is its work. */
  readonly indexWasAbsent: boolean;
}

/**
 * Keeps how far a file without a transaction has come, before its next statement. What an older content of the file left
 * is not whole from here on, so it does not count as applied any more. The error stands until an outcome replaces it: it
 * is what remains to be read when pgm dies in between.
 */
export function progressMessage(
  migration: Migration,
  origin: Origin,
  { done, of, indexWasAbsent }: Reached,
): string {
  const pgm = identifier(origin.historySchema);
  const error = literal(JSON.stringify({ ...interruption(done, of), indexWasAbsent }));
  return `
insert into ${pgm}.migrations (${rowColumns}, last_error, statements_done, attempts)
values (${rowValues(termsOf(migration), origin, 'failed')}, ${error}, ${done}, 0)
on conflict (schema, filename) do update set state = 'failed', checksum = excluded.checksum,
  applied_checksum = null, last_error = excluded.last_error,
  statements_done = excluded.statements_done, ${provenance(origin)}`;
}

function interruption(done: number, of: number): MigrationFailure {
  const where =
    done < of ? `in statement ${done + 1} of ${of}` : `behind the last of ${of} statements`;
  return {
    ...reasonOf(`it did not come to its end: pgm or the server was stopped ${where}`),
    advice: 'run pgm again: it goes on there as long as the file stays as it is',
  };
}
