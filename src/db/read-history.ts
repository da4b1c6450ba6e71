import type { MigrationFailure } from '../core/failure.js';
import { type AttemptRow, emptyHistory, type History, type HistoryRow } from '../core/history.js';
import { inPlaceDigest } from '../core/in-place.js';
import type { Migration } from '../core/migration.js';
import type { Agreement } from '../core/ports.js';
import { assertKnownLayout } from './history-layout.js';
import type { Client } from './client.js';
import type { HistoryTables } from './history-tables.js';
import { identifier } from './quote.js';

/** The whole history. Throws `HistoryTooNew`. */
export async function readHistory(tables: HistoryTables): Promise<History> {
  return (await tables.ifThere(() => readThere(tables))) ?? emptyHistory;
}

/** See `Session.agreement`. */
export async function readAgreement(
  tables: HistoryTables,
  migrations: readonly Migration[],
  schemas: readonly string[] | null,
): Promise<Agreement> {
  const found = await tables.ifThere(async () => {
    // While the answer is on its way.
    const wanted = inPlaceDigest(migrations);
    return (await tables.digest(schemas)) === wanted ? 'in place' : 'differs';
  });
  return found ?? 'no history';
}

async function readThere({ client, schema }: HistoryTables): Promise<History> {
  const pgm = identifier(schema);
  const [layouts, rows] = await client.run(`
select pg_catalog.max(version) as layout from ${pgm}.layout;
select schema, filename, state, checksum, applied_checksum, ${iso('applied_at')} as applied_at,
  duration_ms::float8 as duration_ms, attempts, last_error, revision, pgm_version, applied_by
from ${pgm}.migrations`);
  const layout = Number(layouts?.[0]?.['layout'] ?? 0);
  assertKnownLayout(layout, schema);
  const stored = (rows ?? []) as unknown as readonly StoredRow[];
  const firstOf = stored.some(wasTriedAgain) ? await readFirsts(client, pgm) : null;
  const same = sharing();
  const read = stored.map((row) => rowOf(row, firstOf, same));
  return { layout, rows: new Map(read.map((row) => [row.key, row])) };
}

/** What it was first applied with may be another than its last try. */
function wasTriedAgain({ attempts, applied_at }: StoredRow): boolean {
  return attempts > 1 && applied_at !== null;
}

/**
 * When what was tried more than once was first applied, by key. A question by itself: it takes a backend that was just
 * born two thirds of what the rows take, and most often there is nothing to be told by it.
 */
async function readFirsts(client: Client, pgm: string): Promise<ReadonlyMap<string, string>> {
  const [rows] = await client.run(`
select schema || '/' || filename as key, ${iso('pg_catalog.min(a.started_at)')} as first_applied_at
from ${pgm}.attempts a join ${pgm}.migrations m using (schema, filename)
where a.outcome <> 'failed' and m.attempts > 1 and m.applied_at is not null
group by schema, filename`);
  const firsts = (rows ?? []) as unknown as readonly FirstRow[];
  return new Map(firsts.map(({ key, first_applied_at }) => [key, first_applied_at]));
}

interface FirstRow {
  readonly key: string;
  readonly first_applied_at: string;
}

/** The newest tries first. */
export async function readAttempts(
  tables: HistoryTables,
  limit: number,
): Promise<readonly AttemptRow[]> {
  const { client, schema } = tables;
  const results = await tables.ifThere(() =>
    client.run(`
select schema || '/' || filename as key, checksum, outcome, ${iso('started_at')} as started_at,
  duration_ms::float8 as duration_ms, error, revision, pgm_version, applied_by
from ${identifier(schema)}.attempts order by id desc limit ${limit}`),
  );
  return ((results?.[0] ?? []) as unknown as readonly StoredAttempt[]).map((row) => ({
    key: row.key,
    checksum: row.checksum,
    outcome: row.outcome,
    startedAt: row.started_at,
    durationMs: row.duration_ms,
    error: row.error,
    revision: row.revision,
    pgmVersion: row.pgm_version,
    appliedBy: row.applied_by,
  }));
}

interface StoredRow {
  readonly schema: string;
  readonly filename: string;
  readonly state: HistoryRow['state'];
  readonly checksum: string;
  readonly applied_checksum: string | null;
  readonly applied_at: string | null;
  readonly duration_ms: number | null;
  readonly attempts: number;
  readonly last_error: MigrationFailure | null;
  readonly revision: string;
  readonly pgm_version: string;
  readonly applied_by: string;
}

interface StoredAttempt {
  readonly key: string;
  readonly checksum: string;
  readonly outcome: AttemptRow['outcome'];
  readonly started_at: string;
  readonly duration_ms: number | null;
  readonly error: MigrationFailure | null;
  readonly revision: string;
  readonly pgm_version: string;
  readonly applied_by: string;
}

function rowOf(
  row: StoredRow,
  firstOf: ReadonlyMap<string, string> | null,
  same: (value: string) => string,
): HistoryRow {
  const { checksum, applied_checksum, applied_at } = row;
  const key = `${row.schema}/${row.filename}`;
  return {
    key,
    schema: row.schema,
    filename: row.filename,
    state: row.state,
    checksum,
    appliedChecksum: applied_checksum === checksum ? checksum : applied_checksum,
    appliedAt: applied_at,
    firstAppliedAt: firstOf?.get(key) ?? applied_at,
    durationMs: row.duration_ms,
    attempts: row.attempts,
    lastError: row.last_error,
    revision: same(row.revision),
    pgmVersion: same(row.pgm_version),
    appliedBy: same(row.applied_by),
  };
}

/** Gives the first of all texts that are the same, so that thousands of rows hold one. */
function sharing(): (value: string) => string {
  const first = new Map<string, string>();
  return (value) => {
    const known = first.get(value);
    if (known === undefined) first.set(value, value);
    return known ?? value;
  };
}

/** ISO 8601 in UTC, whatever time zone and date style the session has. */
export function iso(column: string): string {
  return `pg_catalog.to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
