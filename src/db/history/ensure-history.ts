import { Refused } from '../../core/errors.js';
import { sqlstates } from '../../core/failure/sqlstates.js';
import { type History, historyLayout, historyTables } from '../../core/run/history.js';
import { serverErrorOf } from '../wire/errors.js';
import { denied } from './denied.js';
import { findLayout, type FoundLayout, notedAgain } from './found-layout.js';
import type { HistoryTables } from './history-tables.js';
import { serverNow } from './history-row.js';
import { identifier, literal } from '../wire/quote.js';
import { readHistory } from './read-history.js';

/**
 * Creates the history's schema and tables if they are missing, upgrades older ones in place, and returns their content.
 * Runners that race here (behind a pooler the run lock does not hold) take turns with a lock that lasts as long as the
 * transaction; the second one finds everything created. Throws `HistoryTooNew`.
 */
export async function ensureHistory(tables: HistoryTables): Promise<History> {
  if (tables.areKnown) {
    const history = await readHistory(tables);
    if (history.layout === historyLayout) return history;
  }
  const found = await inTurn(tables);
  if (found > 0) return readHistory(tables);
  return newHistory;
}

/** Nobody can have written to what we have just created; the claim detects later writes. */
const newHistory: History = { layout: historyLayout, rows: new Map() };

/** Returns the layout that existed; 0 means none. */
async function inTurn(tables: HistoryTables): Promise<number> {
  try {
    const { layout, now } = await upgrade(tables);
    tables.made(now);
    return layout;
  } catch (error) {
    if (serverErrorOf(error) !== null || error instanceof Refused)
      await tables.client.run('rollback');
    throw error;
  }
}

/**
 * Takes two messages: what exists is known only once we have the lock. `IF NOT EXISTS` would need the privilege to
 * create. The commit does not wait for the disk: nothing recorded in these tables can be durable before they are.
 */
async function upgrade({
  client,
  schema,
}: HistoryTables): Promise<{ readonly layout: number; readonly now: number }> {
  const name = identifier(schema);
  const results = await client.run(`begin isolation level read committed;
set local synchronous_commit = off;
select pg_catalog.pg_advisory_xact_lock(${bootstrapKey(schema)});
select pg_catalog.array_to_json(${tablesThere(schema)})::text as there,
  exists (select from pg_catalog.pg_namespace where nspname = ${literal(schema)}) as has_schema`);
  const found = results.at(-1)?.[0];
  const isEmpty = found?.['there'] === '[]';
  const there = isEmpty ? noLayout : await findLayout(client, schema);
  const noted = there.isUnnoted ? notedAgain(there, name) : '';
  const hasSchema = found?.['has_schema'] === true;
  // Only an owner may comment on it, and who is given a schema need not own it.
  const create = hasSchema ? '' : `create schema ${name}; comment on schema ${name} is ${purpose};`;
  const message = `${create} ${noted} ${upgradeStatements(there, schema)} select ${serverNow} as now; commit`;
  const answers = await client.run(message).catch(async (error: unknown) => {
    const said = serverErrorOf(error);
    if (said?.sqlstate !== sqlstates.insufficientPrivilege) throw error;
    await client.run('rollback');
    throw await denied(client, schema, { layout: there.layout, hasSchema }, said);
  });
  const now = Number(answers.flat().find((row) => 'now' in row)?.['now'] ?? 0);
  return { layout: there.layout, now };
}

/** An expression: the names of those tables of a history that exist, as an array of text. */
function tablesThere(historySchema: string): string {
  const names = historyTables.map(literal).join(', ');
  return `array(select relname::text from pg_catalog.pg_class where relname in (${names})
    and relnamespace = (select oid from pg_catalog.pg_namespace where nspname = ${literal(historySchema)}))`;
}

const purpose =
  "'History of pgm (postgres-manager): which migrations were applied. Written by pgm only.'";

const noLayout: FoundLayout = { layout: 0, isDoubled: false, isUnnoted: false };

function bootstrapKey(historySchema: string): string {
  return `pg_catalog.hashtextextended(${literal(`pgm bootstrap ${historySchema}`)}, 0)`;
}

/**
 * What turns each layout into the next; the first starts from an empty schema. `"C"` keeps names in byte order; times are
 * the server's. A released layout is never edited: another one is added. No CHECK on what only pgm writes: the server
 * parses its text anew for each statement, a tenth of what a small file costs.
 */
const layouts: readonly ((pgm: string, from: FoundLayout) => string)[] = [
  // With the key that an older one gets with layout 3: an event trigger may forbid tables without one.
  (pgm) => `
create table ${pgm}.layout (
  version integer primary key,
  since timestamptz not null default pg_catalog.now()
);
insert into ${pgm}.layout (version) values (1);
create table ${pgm}.migrations (
  schema text collate "C" not null,
  filename text collate "C" not null,
  state text not null,
  checksum text not null,
  applied_checksum text,
  applied_at timestamptz,
  duration_ms bigint,
  attempts integer not null,
  last_error jsonb,
  revision text not null,
  pgm_version text not null,
  applied_by text not null,
  primary key (schema, filename)
);
create table ${pgm}.attempts (
  id bigint generated always as identity primary key,
  schema text collate "C" not null,
  filename text collate "C" not null,
  checksum text not null,
  outcome text not null,
  started_at timestamptz not null,
  duration_ms bigint,
  error jsonb,
  revision text not null,
  pgm_version text not null,
  applied_by text not null
);
comment on table ${pgm}.migrations is 'One row a migration: the last try, and the last one that worked.';
comment on table ${pgm}.attempts is 'One row a try; rows are only added.';
`,
  // How far a file without a transaction has got, files marked as applied without running, and held ones.
  (pgm) => `
alter table ${pgm}.migrations add column statements_done integer not null default 0;
alter table ${pgm}.migrations drop constraint if exists migrations_state_check;
alter table ${pgm}.attempts drop constraint if exists attempts_outcome_check;
insert into ${pgm}.layout (version) values (2);
`,
  // Who wants which revision; and a key for the one table without, which logical replication requires.
  (pgm, { layout, isDoubled }) => `
${layout === 0 ? '' : layoutKey(pgm, isDoubled)}
create table ${pgm}.intents (
  revision text collate "C" not null,
  schemas text[] collate "C" not null,
  at timestamptz not null,
  stated_by text not null,
  pgm_version text not null,
  in_full_at timestamptz,
  primary key (revision, schemas)
);
comment on table ${pgm}.intents is 'Which revision a runner wanted last, and since when: the newest rules.';
insert into ${pgm}.layout (version) values (3);
`,
  // The catalog as settled runs left it. Compressed here rather than by the server: a quarter smaller, and in any encoding.
  (pgm) => `
create table ${pgm}.catalogs (
  id bigint primary key,
  revision text not null,
  fingerprint text not null,
  document bytea not null,
  mark text not null,
  progress text not null,
  transaction_id bigint not null,
  reader text not null,
  ignored text[] not null,
  has_drift boolean not null,
  kept_at timestamptz not null default pg_catalog.clock_timestamp(),
  kept_by text not null,
  pgm_version text not null
);
comment on table ${pgm}.catalogs is 'What the files made of the database: its catalog after the last runs.';
insert into ${pgm}.layout (version) values (4);
`,
];

/** A DELETE is refused if all tables are published, so it is sent only if the key needs it. */
function layoutKey(pgm: string, isDoubled: boolean): string {
  const single = `delete from ${pgm}.layout as a using ${pgm}.layout as b where a.version = b.version and a.ctid > b.ctid;`;
  return `${isDoubled ? single : ''} alter table ${pgm}.layout add primary key (version);`;
}

/** The statements that upgrade a history of this layout; empty when it is up to date. */
export function upgradeStatements(from: FoundLayout, historySchema: string): string {
  const pgm = identifier(historySchema);
  return layouts
    .slice(from.layout, historyLayout)
    .map((statements) => statements(pgm, from))
    .join('');
}
