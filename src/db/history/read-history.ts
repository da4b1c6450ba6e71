import type { MigrationFailure } from '../../core/failure/failure.js';
import {
  type AttemptRow,
  emptyHistory,
  historyLayout,
  type History,
  type HistoryRow,
} from '../../core/run/history.js';
import { inPlaceDigest } from '../../core/run/applied.js';
import type { Migration } from '../../core/files/migration.js';
import type { Agreement } from '../../core/ports.js';
import type { Rows } from '../wire/driver.js';
import { tooNew } from './found-layout.js';
import type { HistoryTables } from './history-tables.js';
import { intentsIn, intentsQuestion, layoutWithIntents } from './history-row.js';
import { identifier, iso } from '../wire/quote.js';

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
    // Done while the answer is on its way.
    const wanted = inPlaceDigest(migrations);
    return (await tables.digest(schemas)) === wanted ? 'in place' : 'differs';
  });
  return found ?? 'no history';
}

async function readThere(tables: HistoryTables): Promise<History> {
  const { schema } = tables;
  const pgm = identifier(schema);
  const more = tables.hasIntents ? `;${intentsQuestion(pgm)}` : '';
  const [rows, layouts, ...intents] = await ask(
    tables,
    `
select schema, filename, state, checksum, applied_checksum, ${iso('applied_at')} as applied_at,
  duration_ms::float8 as duration_ms, attempts, last_error - array['indexWasAbsent', 'session', 'nextTry'] as last_error,
  last_error ->> 'nextTry' as next_try_at, revision, pgm_version, applied_by
from ${pgm}.migrations;
select pg_catalog.max(version) as layout from ${pgm}.layout${more}`,
  );
  const layout = Number(layouts?.[0]?.['layout'] ?? 0);
  if (layout > historyLayout) throw tooNew(layout, schema);
  const isOlder = layout < layoutWithIntents;
  tables.heard(
    isOlder ? null : intentsIn(more === '' ? await ask(tables, intentsQuestion(pgm)) : intents),
  );
  const stored = (rows ?? []) as unknown as readonly StoredRow[];
  const firstOf = stored.some(wasTriedAgain) ? await readFirsts(tables, pgm) : null;
  const same = sharing();
  const read = stored.map((row) => rowOf(row, firstOf, same));
  return { layout, rows: new Map(read.map((row) => [row.key, row])) };
}

/** Asks about the tables' content. */
async function ask({ client, limit }: HistoryTables, question: string): Promise<readonly Rows[]> {
  const lists = await client.run(limit + question);
  // To the driver, a SET has a list of its own when it comes first.
  return limit === '' ? lists : lists.slice(1);
}

/** It may have been first applied by an earlier try than its last. */
function wasTriedAgain({ attempts, applied_at }: StoredRow): boolean {
  return attempts > 1 && applied_at !== null;
}

/**
 * When each migration with more than one try was first applied, by key. A separate query: in a new backend it takes two
 * thirds of the time the rows take, and most often it has nothing to add.
 */
async function readFirsts(
  tables: HistoryTables,
  pgm: string,
): Promise<ReadonlyMap<string, string>> {
  const [rows] = await ask(
    tables,
    `
select schema || '/' || filename as key, ${iso('pg_catalog.min(a.started_at)')} as first_applied_at
from ${pgm}.migrations m join ${pgm}.attempts a using (schema, filename)
where a.outcome <> 'failed' and m.attempts > 1 and m.applied_at is not null
group by schema, filename`,
  );
  const firsts = (rows ?? []) as unknown as readonly FirstRow[];
  return new Map(firsts.map(({ key, first_applied_at }) => [key, first_applied_at]));
}

interface FirstRow {
  readonly key: string;
  readonly first_applied_at: string;
}

/** Newest tries first. */
export async function readAttempts(
  tables: HistoryTables,
  limit: number,
): Promise<readonly AttemptRow[]> {
  const results = await tables.ifThere(() =>
    ask(
      tables,
      `
select schema || '/' || filename as key, checksum, outcome, ${iso('started_at')} as started_at,
  duration_ms::float8 as duration_ms, error, revision, pgm_version, applied_by
from ${identifier(tables.schema)}.attempts order by id desc limit ${limit}`,
    ),
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
  readonly next_try_at: string | null;
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
    nextTryAt: row.next_try_at,
    revision: same(row.revision),
    pgmVersion: same(row.pgm_version),
    appliedBy: same(row.applied_by),
  };
}

/** Returns the same string for equal texts, so that thousands of rows share one. */
function sharing(): (value: string) => string {
  const first = new Map<string, string>();
  return (value) => {
    const known = first.get(value);
    if (known === undefined) first.set(value, value);
    return known ?? value;
  };
}
