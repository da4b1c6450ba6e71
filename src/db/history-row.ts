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

/** What tells one migration from another, as expressions of SQL: literals, or the parameters of a prepared statement. */
export interface MigrationTerms {
  readonly schema: string;
  readonly filename: string;
  readonly checksum: string;
}

export function termsOf({ schema, filename, checksum }: Migration): MigrationTerms {
  return { schema: literal(schema), filename: literal(filename), checksum: literal(checksum) };
}

export function rowValues(
  migration: MigrationTerms,
  origin: Origin,
  state: 'applied' | 'failed' | 'held',
): string {
  return valuesOf(migration, origin, literal(state));
}

/** `outcome` and `startedAt` are expressions. */
export function attemptValues(
  migration: MigrationTerms,
  origin: Origin,
  outcome: string,
  startedAt: string,
): string {
  return `${valuesOf(migration, origin, outcome)}, ${startedAt}`;
}

function valuesOf(
  { schema, filename, checksum }: MigrationTerms,
  { runner, revision }: Origin,
  state: string,
): string {
  const whence = [literal(revision), literal(runner.version), appliedBy(runner)];
  return [schema, filename, state, checksum, ...whence].join(', ');
}

export function provenance({ runner, revision }: Origin): string {
  return `revision = ${literal(revision)}, pgm_version = ${literal(runner.version)}, applied_by = ${appliedBy(runner)}`;
}

/** The condition that finds the row of a migration. */
export function isRow({ schema, filename }: Pick<MigrationTerms, 'schema' | 'filename'>): string {
  return `schema = ${schema} and filename = ${filename}`;
}

export function placeOf(migration: Migration, { historySchema }: Origin): Place {
  return { historySchema, isRow: isRow(termsOf(migration)) };
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
