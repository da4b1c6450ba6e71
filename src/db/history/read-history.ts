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
select schema, filename, state, checksum, applied_checksum as "appliedChecksum", ${iso('applied_at')} as "appliedAt",
  duration_ms::float8 as "durationMs", attempts,
  last_error - array['indexWasAbsent', 'session', 'nextTry'] as "lastError", last_error ->> 'nextTry' as "nextTryAt",
  revision, pgm_version as "pgmVersion", applied_by as "appliedBy"
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
  // The driver returns a list for a SET that comes first.
  return limit === '' ? lists : lists.slice(1);
}

/** It may have been first applied by a try before its last. */
function wasTriedAgain({ attempts, appliedAt }: StoredRow): boolean {
  return attempts > 1 && appliedAt !== null;
}

/**
 * When each migration with more than one try was first applied, by key. A separate query: in a new backend it takes two
 * thirds of the time of the rows, and usually it adds nothing.
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
select schema || '/' || filename as key, checksum, outcome, ${iso('started_at')} as "startedAt",
  duration_ms::float8 as "durationMs", error, revision, pgm_version as "pgmVersion", applied_by as "appliedBy"
from ${identifier(tables.schema)}.attempts order by id desc limit ${limit}`,
    ),
  );
  return (results?.[0] ?? []) as unknown as readonly AttemptRow[];
}

/** With the column names of the first question. */
type StoredRow = Omit<HistoryRow, 'key' | 'firstAppliedAt'>;

function rowOf(
  row: StoredRow,
  firstOf: ReadonlyMap<string, string> | null,
  same: (value: string) => string,
): HistoryRow {
  const { checksum, appliedChecksum, appliedAt } = row;
  const key = `${row.schema}/${row.filename}`;
  return {
    ...row,
    key,
    appliedChecksum: appliedChecksum === checksum ? checksum : appliedChecksum,
    firstAppliedAt: firstOf?.get(key) ?? appliedAt,
    revision: same(row.revision),
    pgmVersion: same(row.pgmVersion),
    appliedBy: same(row.appliedBy),
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
