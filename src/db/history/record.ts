import type { MigrationFailure } from '../../core/failure/failure.js';
import type { Migration } from '../../core/files/migration.js';
import {
  asLiterals,
  attemptColumns,
  attemptValues,
  isRow,
  type Origin,
  provenance,
  reasonOf,
  rowColumns,
  rowValues,
} from './history-row.js';
import type { FailedWork } from '../../core/ports.js';
import { identifier, iso, literal } from '../wire/quote.js';

/** Records a file that ran statement by statement, outside a transaction, after its last statement. */
export function appliedOutsideMessage(
  migration: Migration,
  origin: Origin,
  durationMs: number,
): string {
  const done = doneStatements(migration, origin, 'applied', Math.round(durationMs));
  return `begin;\n${done};\ncommit`;
}

/** Records files as applied that did not run: their effects are already in the database. */
export function baselinedMessage(migrations: readonly Migration[], origin: Origin): string {
  const each = migrations.map((migration) => doneStatements(migration, origin, 'baselined', 0));
  return ['begin', ...each, 'commit'].join(';\n');
}

function doneStatements(
  migration: Migration,
  origin: Origin,
  outcome: 'applied' | 'baselined',
  elapsed: number,
): string {
  const pgm = identifier(origin.historySchema);
  const row = asLiterals(migration, origin);
  return `insert into ${pgm}.migrations (${rowColumns}, applied_checksum, applied_at, duration_ms, attempts)
values (${rowValues(row, "'applied'")}, ${literal(migration.checksum)},
  pg_catalog.clock_timestamp(), ${elapsed}, 1)
on conflict (schema, filename) do update set state = 'applied', checksum = excluded.checksum,
  applied_checksum = excluded.checksum, applied_at = excluded.applied_at,
  duration_ms = excluded.duration_ms, attempts = migrations.attempts + 1, last_error = null,
  statements_done = 0, ${provenance(row)};
insert into ${pgm}.attempts (${attemptColumns}, duration_ms)
values (${attemptValues(row, literal(outcome), startOf(elapsed))}, ${elapsed})`;
}

/**
 * Records a failed try, unless another runner has applied this very content in the meantime. The commit does not wait for
 * the disk: a crash of the server may undo it, and then the file is tried again as if for the first time.
 */
export function failedMessage(
  { migration, nextTryInMs }: Pick<FailedWork, 'migration' | 'nextTryInMs'>,
  origin: Origin,
  failure: MigrationFailure,
): string {
  const pgm = identifier(origin.historySchema);
  const row = asLiterals(migration, origin);
  const error = literal(JSON.stringify(failure));
  const lastError = nextTryInMs === null ? error : `${error}::jsonb || ${nextTryIn(nextTryInMs)}`;
  return `begin; set local synchronous_commit = off;
insert into ${pgm}.migrations (${rowColumns}, last_error, attempts)
values (${rowValues(row, "'failed'")}, ${lastError}, 1)
on conflict (schema, filename) do update set state = 'failed', checksum = excluded.checksum,
  attempts = migrations.attempts + 1, ${provenance(row)}, ${stepsKept}
where migrations.applied_checksum is distinct from excluded.checksum;
insert into ${pgm}.attempts (${attemptColumns}, error)
values (${attemptValues(row, literal('failed'), 'pg_catalog.clock_timestamp()')}, ${error});
commit`;
}

/** An expression: what `nextTryAt` of the history reads. */
function nextTryIn(ms: number): string {
  const at = iso(`(pg_catalog.clock_timestamp() + ${Math.round(ms)} * interval '1 millisecond')`);
  return `pg_catalog.jsonb_build_object('nextTry', ${at})`;
}

/** Stores why a migration was not tried. This is not a try, so the attempts table gets no row. Does not wait for the disk either. */
export function heldMessage(migration: Migration, origin: Origin, because: string): string {
  const pgm = identifier(origin.historySchema);
  const row = asLiterals(migration, origin);
  const reason = literal(JSON.stringify(reasonOf(because)));
  return `set local synchronous_commit = off;
insert into ${pgm}.migrations (${rowColumns}, last_error, attempts)
values (${rowValues(row, "'held'")}, ${reason}, 0)
on conflict (schema, filename) do update set state = 'held', checksum = excluded.checksum,
  ${stepsKept}, ${provenance(row)}
where migrations.applied_checksum is distinct from excluded.checksum
  and (migrations.state, migrations.checksum, migrations.last_error - 'session')
    is distinct from (excluded.state, excluded.checksum, excluded.last_error)`;
}

/** The finished statements of a file without a transaction stay done as long as its content is the same. */
const stepsKept = `statements_done = case when migrations.checksum = excluded.checksum
    then migrations.statements_done else 0 end,
  last_error = excluded.last_error || case when migrations.checksum = excluded.checksum
    then pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('session', migrations.last_error -> 'session'))
    else '{}' end`;

function startOf(durationMs: number): string {
  return `pg_catalog.clock_timestamp() - ${durationMs} * interval '1 millisecond'`;
}

/** How far a file without a transaction has got with this content, and whether it is already applied. */
export function progressQuery(migration: Migration, origin: Origin): string {
  const checksum = literal(migration.checksum);
  return `
select applied_checksum is not distinct from ${checksum} as is_applied,
  case when checksum = ${checksum} then statements_done else 0 end as statements_done,
  case when checksum = ${checksum} then last_error ->> 'session' end as session,
  checksum = ${checksum} and coalesce((last_error ->> 'indexWasAbsent')::boolean, false) as index_was_absent
from ${identifier(origin.historySchema)}.migrations where ${isRow(asLiterals(migration, origin))}`;
}

interface Reached {
  /** How many statements are done, out of how many. */
  readonly done: number;
  readonly of: number;
  /** The state of the session in which they ran: see `sessionState`. */
  readonly session: string | null;
  /** The index that the next statement creates did not exist yet, so if it exists afterwards, that statement built it. */
  readonly indexWasAbsent: boolean;
}

/**
 * Stores how far a file without a transaction has got, before its next statement. From here on the effects of older content
 * are no longer complete, so it does not count as applied any more. The error stays until an outcome replaces it: it is what
 * can be read if pgm dies in between.
 */
export function progressMessage(
  migration: Migration,
  origin: Origin,
  { done, of, indexWasAbsent, session }: Reached,
): string {
  const pgm = identifier(origin.historySchema);
  const row = asLiterals(migration, origin);
  const error = literal(JSON.stringify({ ...interruption(done, of), indexWasAbsent, session }));
  return `
insert into ${pgm}.migrations (${rowColumns}, last_error, statements_done, attempts)
values (${rowValues(row, "'failed'")}, ${error}, ${done}, 0)
on conflict (schema, filename) do update set state = 'failed', checksum = excluded.checksum,
  applied_checksum = null, last_error = excluded.last_error,
  statements_done = excluded.statements_done, ${provenance(row)}`;
}

function interruption(done: number, of: number): MigrationFailure {
  const where =
    done < of ? `in statement ${done + 1} of ${of}` : `after the last of ${of} statements`;
  return {
    ...reasonOf(`it was not finished: pgm or the server was stopped ${where}`),
    advice: 'run pgm again: it continues there as long as the file does not change',
  };
}
