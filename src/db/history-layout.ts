import { HistoryTooNew } from '../core/errors.js';
import { historyLayout } from '../core/history.js';
import { identifier } from './quote.js';

/**
 * What makes each layout out of the one before; the first is made out of an empty schema. `"C"` keeps the order of names
 * that of bytes; times are the server's. A layout that was ever released is not edited: another one is added. No CHECK on
 * what only pgm writes: the server reads its text anew for each statement, a tenth of what a small file costs.
 */
const layouts: readonly ((pgm: string) => string)[] = [
  (pgm) => `
create table ${pgm}.layout (
  version integer not null,
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
comment on schema ${pgm} is 'History of pgm (postgres-manager): which migrations were applied. Written by pgm only.';
comment on table ${pgm}.migrations is 'One row a migration: the last try, and the last one that worked.';
comment on table ${pgm}.attempts is 'One row a try; rows are only added.';
`,
  // How far a file without a transaction has come, files that were marked as applied without running, and held ones.
  (pgm) => `
alter table ${pgm}.migrations add column statements_done integer not null default 0;
alter table ${pgm}.migrations drop constraint if exists migrations_state_check;
alter table ${pgm}.attempts drop constraint if exists attempts_outcome_check;
insert into ${pgm}.layout (version) values (2);
`,
];

/** The statements that bring a history of layout `from` (0: none) up to date; empty when it is. */
export function upgradeStatements(from: number, historySchema: string): string {
  const pgm = identifier(historySchema);
  return layouts
    .slice(from, historyLayout)
    .map((statements) => statements(pgm))
    .join('');
}

/** A history that a newer pgm laid out may mean things we do not know; it is read by nobody else. */
export function assertKnownLayout(layout: number, historySchema: string): void {
  if (layout <= historyLayout) return;
  throw new HistoryTooNew(
    `the history in schema "${historySchema}" has layout ${layout}, this pgm knows layouts up to ${historyLayout}; ` +
      'use the newer pgm that wrote it, or another --history-schema',
  );
}
