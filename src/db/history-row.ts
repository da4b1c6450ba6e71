import type { MigrationFailure } from '../core/failure.js';
import type { Migration } from '../core/migration.js';
import type { Runner } from '../core/ports.js';
import type { Place } from './history-witness.js';
import { literal } from './quote.js';

/** What every row of the history says about where it comes from. */
export interface Origin {
  readonly historySchema: string;
  readonly runner: Runner;
  readonly revision: string;
}

export const rowColumns = 'schema, filename, state, checksum, revision, pgm_version, applied_by';
export const attemptColumns =
  'schema, filename, outcome, checksum, revision, pgm_version, applied_by, started_at';

export function rowValues(
  { schema, filename, checksum }: Migration,
  { runner, revision }: Origin,
  state: 'applied' | 'failed' | 'held' | 'baselined',
): string {
  const values = [schema, filename, state, checksum, revision, runner.version].map(literal);
  return [...values, appliedBy(runner)].join(', ');
}

export function attemptValues(
  migration: Migration,
  origin: Origin,
  outcome: 'applied' | 'failed' | 'baselined',
  startedAt: string,
): string {
  return `${rowValues(migration, origin, outcome)}, ${startedAt}`;
}

export function provenance({ runner, revision }: Origin): string {
  return `revision = ${literal(revision)}, pgm_version = ${literal(runner.version)}, applied_by = ${appliedBy(runner)}`;
}

/** The condition that finds the row of a migration. */
export function isRow({ schema, filename }: Migration): string {
  return `schema = ${literal(schema)} and filename = ${literal(filename)}`;
}

export function placeOf(migration: Migration, { historySchema }: Origin): Place {
  return { historySchema, isRow: isRow(migration) };
}

function appliedBy({ host }: Runner): string {
  return `session_user || ${literal(`@${host}`)}`;
}

/** A reason of our own, as a row keeps it. */
export function reasonOf(message: string): MigrationFailure {
  return {
    kind: 'refused',
    sqlstate: null,
    message,
    detail: null,
    hint: null,
    context: null,
    place: null,
    excerpt: null,
    advice: null,
  };
}
