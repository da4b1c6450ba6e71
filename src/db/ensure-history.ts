import { type History, historyLayout } from '../core/history.js';
import { serverErrorOf } from './errors.js';
import { hasHistory } from './greeting.js';
import { assertKnownLayout, upgradeStatements } from './history-layout.js';
import type { HistoryTables } from './history-tables.js';
import { identifier, literal } from './quote.js';
import { readHistory } from './read-history.js';

/**
 * Makes the history's schema and tables when they are missing, brings older ones up to date in place, and gives what is in
 * them. Runners that race here (behind a pooler the run lock does not hold) take turns by a lock that lives as long as the
 * transaction; who comes second finds all made. Throws `HistoryTooNew`.
 */
export async function ensureHistory(tables: HistoryTables): Promise<History> {
  if (tables.areKnown) {
    const history = await readHistory(tables);
    if (history.layout === historyLayout) return history;
  }
  const found = await inTurn(tables, () => layoutIn(tables));
  return found === 0 ? newHistory : readHistory(tables);
}

/** The same where there are none at all; null where there are, of whatever layout. */
export async function makeHistory(tables: HistoryTables): Promise<History | null> {
  const found = await inTurn(tables, () => Promise.resolve(historyLayout));
  return found === 0 ? newHistory : null;
}

/** Nobody can have put anything into what we made ourselves just now; who does later is met at its claim. */
const newHistory: History = { layout: historyLayout, rows: new Map() };

/** Gives the layout that was there; 0 is none. `layoutOf` tells which one it is that is there. */
async function inTurn(tables: HistoryTables, layoutOf: () => Promise<number>): Promise<number> {
  try {
    const layout = await upgrade(tables, layoutOf);
    tables.made();
    return layout;
  } catch (error) {
    if (serverErrorOf(error) !== null) await tables.client.run('rollback');
    throw error;
  }
}

/**
 * In two messages: what is there is known only behind the lock. `IF NOT EXISTS` would ask for the right to create. The
 * commit does not wait for the disk: whatever is recorded in these tables is not there before they are.
 */
async function upgrade(
  { client, schema }: Where,
  layoutOf: () => Promise<number>,
): Promise<number> {
  const name = identifier(schema);
  const results = await client.run(`begin isolation level read committed;
set local synchronous_commit = off;
select pg_catalog.pg_advisory_xact_lock(${bootstrapKey(schema)});
select ${hasHistory(schema)} as has_history,
  exists (select from pg_catalog.pg_namespace where nspname = ${literal(schema)}) as has_schema`);
  const found = results.at(-1)?.[0];
  const layout = found?.['has_history'] === true ? await layoutOf() : 0;
  const create = found?.['has_schema'] === true ? '' : `create schema ${name};`;
  await client.run(`${create} ${upgradeStatements(layout, schema)} commit`);
  return layout;
}

type Where = Pick<HistoryTables, 'client' | 'schema'>;

async function layoutIn({ client, schema }: Where): Promise<number> {
  const [rows] = await client.run(
    `select pg_catalog.max(version) as layout from ${identifier(schema)}.layout`,
  );
  const layout = Number(rows?.[0]?.['layout'] ?? 0);
  assertKnownLayout(layout, schema);
  return layout;
}

function bootstrapKey(historySchema: string): string {
  return `pg_catalog.hashtextextended(${literal(`pgm bootstrap ${historySchema}`)}, 0)`;
}
