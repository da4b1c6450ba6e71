import type { MigrationFailure } from '../core/failure.js';
import { type AttemptRow, emptyHistory, type History, type HistoryRow } from '../core/history.js';
import type { Client } from './client.js';
import { assertKnownLayout } from './history-layout.js';
import { identifier, literal } from './quote.js';

/** The whole history in one question, after one that asks whether there is any. Throws `HistoryTooNew`. */
export async function readHistory(client: Client, historySchema: string): Promise<History> {
  if (!(await hasHistory(client, historySchema))) return emptyHistory;
  const pgm = identifier(historySchema);
  const [layouts, rows] = await client.run(`
select pg_catalog.max(version) as layout from ${pgm}.layout;
select schema, filename, state, checksum, applied_checksum, ${iso('applied_at')} as applied_at,
  ${iso('coalesce(first_applied_at, applied_at)')} as first_applied_at,
  duration_ms::float8 as duration_ms, attempts, last_error, revision, pgm_version, applied_by
from ${pgm}.migrations left join (${firstOfSeveral(pgm)}) as earlier using (schema, filename)`);
  const layout = Number(layouts?.[0]?.['layout'] ?? 0);
  assertKnownLayout(layout, historySchema);
  const read = ((rows ?? []) as unknown as readonly StoredRow[]).map(rowOf);
  return { layout, rows: new Map(read.map((row) => [row.key, row])) };
}

/** When what was tried more than once was first applied; the attempts are not even read where nothing was. */
function firstOfSeveral(pgm: string): string {
  return `
  select schema, filename, pg_catalog.min(a.started_at) as first_applied_at
  from ${pgm}.attempts a join ${pgm}.migrations m using (schema, filename)
  where a.outcome <> 'failed' and m.attempts > 1 and m.applied_at is not null
  group by schema, filename`;
}

/** The newest tries first. */
export async function readAttempts(
  client: Client,
  historySchema: string,
  limit: number,
): Promise<readonly AttemptRow[]> {
  if (!(await hasHistory(client, historySchema))) return [];
  const [rows] = await client.run(`
select schema || '/' || filename as key, checksum, outcome, ${iso('started_at')} as started_at,
  duration_ms::float8 as duration_ms, error, revision, pgm_version, applied_by
from ${identifier(historySchema)}.attempts order by id desc limit ${limit}`);
  return ((rows ?? []) as unknown as readonly StoredAttempt[]).map((row) => ({
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

/**
 * True when the layout table is there; asking the catalog leaves no error in the server's log. Its tables are read, and
 * not `to_regclass`, which answers from a cache of the session's that nothing refreshes inside a transaction: who waited
 * for another to make the table, even for its lock, would still be told that there is none.
 */
async function hasHistory(client: Client, historySchema: string): Promise<boolean> {
  const [rows] = await client.run(`
select pg_catalog.count(*) > 0 as found from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = ${literal(historySchema)} and c.relname = 'layout'`);
  return rows?.[0]?.['found'] === true;
}

/** The layout of the history, 0 when there is none. */
export async function readLayout(client: Client, historySchema: string): Promise<number> {
  if (!(await hasHistory(client, historySchema))) return 0;
  const [rows] = await client.run(
    `select pg_catalog.max(version) as layout from ${identifier(historySchema)}.layout`,
  );
  return Number(rows?.[0]?.['layout'] ?? 0);
}

interface StoredRow {
  readonly schema: string;
  readonly filename: string;
  readonly state: HistoryRow['state'];
  readonly checksum: string;
  readonly applied_checksum: string | null;
  readonly applied_at: string | null;
  readonly first_applied_at: string | null;
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

function rowOf(row: StoredRow): HistoryRow {
  return {
    key: `${row.schema}/${row.filename}`,
    schema: row.schema,
    filename: row.filename,
    state: row.state,
    checksum: row.checksum,
    appliedChecksum: row.applied_checksum,
    appliedAt: row.applied_at,
    firstAppliedAt: row.first_applied_at,
    durationMs: row.duration_ms,
    attempts: row.attempts,
    lastError: row.last_error,
    revision: row.revision,
    pgmVersion: row.pgm_version,
    appliedBy: row.applied_by,
  };
}

/** ISO 8601 in UTC, whatever time zone and date style the session has. */
export function iso(column: string): string {
  return `pg_catalog.to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
