import type { MigrationFailure } from '../core/failure.js';
import type { Migration } from '../core/migration.js';
import { assertUntouched, type Claimed, claimedWitness } from './history-witness.js';
import {
  attemptColumns,
  attemptValues,
  isRow,
  type MigrationTerms,
  type Origin,
  placeOf,
  provenance,
  reasonOf,
  rowColumns,
  rowValues,
  termsOf,
} from './history-row.js';
import { identifier, literal } from './quote.js';

/**
 * Begins the transaction of a file with its settings and takes the history row for it: two runners never get past this
 * together, run lock or not. Waits at most `waitMs` for the other. Gives two rows: the checksum that is applied already
 * (null if none) with the transaction and the backend, and the look of the history.
 */
export function claimMessage(
  migration: Migration,
  origin: Origin,
  { settings, waitMs }: { readonly settings: string; readonly waitMs: number },
): string {
  const pgm = identifier(origin.historySchema);
  return `begin;
set local lock_timeout = ${waitMs};
insert into ${pgm}.migrations (${rowColumns}, attempts)
values (${rowValues(termsOf(migration), origin, 'failed')}, 0)
on conflict (schema, filename) do nothing;
select applied_checksum, pg_catalog.pg_current_xact_id()::text as transaction_id,
  pg_catalog.pg_backend_pid() as pid
from ${pgm}.migrations where ${isRow(termsOf(migration))} for update;
select ${claimedWitness(placeOf(migration, origin))};
${settings}`;
}

/**
 * Records the claimed migration as applied and commits. Gives no row when the transaction is not the one that claimed;
 * fails when the file changed the history (see `tellsOfTouch`).
 */
export function appliedMessage(migration: Migration, origin: Origin, claim: Claimed): string {
  const terms = termsOf(migration);
  const isOurs = `pg_catalog.pg_current_xact_id()::text = ${literal(claim.transactionId)}`;
  return `${ownSettings}
${assertUntouched(placeOf(migration, origin), claim)}
${concludeStatement(terms, origin, { isOurs, tookFor: 'transaction' })}
returning duration_ms::float8 as duration_ms;
${attemptStatement(terms, origin, literal('applied'))} where ${isOurs};
commit`;
}

/** What the file left behind in the session (a role, a search path, a timeout) must not reach the bookkeeping. */
const ownSettings =
  'reset session authorization; reset role; set local search_path = pg_catalog; set local statement_timeout = 0;';

/**
 * The row of the file whose transaction this is, once it has run. `isOurs`: an expression, whether the row is to be
 * written. `tookFor`: how long the session keeps what `took` gives.
 */
export function concludeStatement(
  migration: MigrationTerms,
  origin: Origin,
  { isOurs, tookFor }: { readonly isOurs: string; readonly tookFor: 'transaction' | 'session' },
): string {
  const { checksum } = migration;
  const elapsed = `pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.now()) * 1000`;
  const isLocal = String(tookFor === 'transaction');
  return `update ${identifier(origin.historySchema)}.migrations set state = 'applied',
  checksum = ${checksum}, applied_checksum = ${checksum}, applied_at = pg_catalog.clock_timestamp(),
  duration_ms = pg_catalog.set_config('${tookName}', (${elapsed})::bigint::text, ${isLocal})::bigint,
  attempts = attempts + 1, last_error = null, statements_done = 0, ${provenance(origin)}
where ${isRow(migration)} and ${isOurs}`;
}

/** Its try, behind that; without a WHERE of its own. `outcome` is an expression. */
export function attemptStatement(
  migration: MigrationTerms,
  origin: Origin,
  outcome: string,
): string {
  const values = attemptValues(migration, origin, outcome, 'pg_catalog.now()');
  return `insert into ${identifier(origin.historySchema)}.attempts (${attemptColumns}, duration_ms)
select ${values}, ${took}::bigint`;
}

const tookName = 'pgm.took';
/** An expression of text: the milliseconds that the file took which was concluded last; empty or null when none was. */
export const took = `pg_catalog.current_setting('${tookName}', true)`;

/** Records a file that ran statement by statement, outside a transaction, after its last one. */
export function appliedOutsideMessage(
  migration: Migration,
  origin: Origin,
  durationMs: number,
): string {
  return doneMessage(migration, origin, 'applied', Math.round(durationMs));
}

/** Records a file as applied that was not run: its effects are there already. */
export function baselinedMessage(migration: Migration, origin: Origin): string {
  return doneMessage(migration, origin, 'baselined', 0);
}

function doneMessage(
  migration: Migration,
  origin: Origin,
  outcome: 'applied' | 'baselined',
  elapsed: number,
): string {
  const pgm = identifier(origin.historySchema);
  const terms = termsOf(migration);
  return `begin;
insert into ${pgm}.migrations (${rowColumns}, applied_checksum, applied_at, duration_ms, attempts)
values (${rowValues(terms, origin, 'applied')}, ${terms.checksum},
  pg_catalog.clock_timestamp(), ${elapsed}, 1)
on conflict (schema, filename) do update set state = 'applied', checksum = excluded.checksum,
  applied_checksum = excluded.checksum, applied_at = excluded.applied_at,
  duration_ms = excluded.duration_ms, attempts = migrations.attempts + 1, last_error = null,
  statements_done = 0, ${provenance(origin)};
insert into ${pgm}.attempts (${attemptColumns}, duration_ms)
values (${attemptValues(terms, origin, literal(outcome), startOf(elapsed))}, ${elapsed});
commit`;
}

/** Records a failed try, unless another runner has applied this very content meanwhile. */
export function failedMessage(
  migration: Migration,
  origin: Origin,
  failure: MigrationFailure,
): string {
  const pgm = identifier(origin.historySchema);
  const error = literal(JSON.stringify(failure));
  const terms = termsOf(migration);
  return `begin;
insert into ${pgm}.migrations (${rowColumns}, last_error, attempts)
values (${rowValues(terms, origin, 'failed')}, ${error}, 1)
on conflict (schema, filename) do update set state = 'failed', checksum = excluded.checksum,
  last_error = excluded.last_error, attempts = migrations.attempts + 1, ${provenance(origin)}, ${stepsKept}
where migrations.applied_checksum is distinct from excluded.checksum;
insert into ${pgm}.attempts (${attemptColumns}, error)
values (${attemptValues(terms, origin, literal('failed'), 'pg_catalog.clock_timestamp()')}, ${error});
commit`;
}

/** Keeps why a migration was not tried. Not a try, so nothing is added to the attempts. */
export function heldMessage(migration: Migration, origin: Origin, because: string): string {
  const pgm = identifier(origin.historySchema);
  const reason = literal(JSON.stringify(reasonOf(because)));
  return `
insert into ${pgm}.migrations (${rowColumns}, last_error, attempts)
values (${rowValues(termsOf(migration), origin, 'held')}, ${reason}, 0)
on conflict (schema, filename) do update set state = 'held', checksum = excluded.checksum,
  last_error = excluded.last_error, ${stepsKept}, ${provenance(origin)}
where migrations.applied_checksum is distinct from excluded.checksum
  and (migrations.state, migrations.checksum, migrations.last_error)
    is distinct from (excluded.state, excluded.checksum, excluded.last_error)`;
}

/** What is done of a file without a transaction stays done as long as its content is the same. */
const stepsKept = `statements_done = case when migrations.checksum = excluded.checksum
    then migrations.statements_done else 0 end`;

function startOf(durationMs: number): string {
  return `pg_catalog.clock_timestamp() - ${durationMs} * interval '1 millisecond'`;
}
