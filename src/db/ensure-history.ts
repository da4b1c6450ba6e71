import { historyLayout } from '../core/history.js';
import type { Client } from './client.js';
import { serverErrorOf } from './errors.js';
import { assertKnownLayout, upgradeStatements } from './history-layout.js';
import { identifier, literal } from './quote.js';
import { readLayout } from './read-history.js';

/**
 * Makes the history's schema and tables when they are missing, and brings older ones up to date in place. Runners that
 * race here (behind a pooler the run lock does not hold) take turns by a lock that lives as long as the transaction; who
 * comes second finds all made. Throws `HistoryTooNew`.
 */
export async function ensureHistory(client: Client, historySchema: string): Promise<void> {
  if (await isUpToDate(client, historySchema)) return;
  await client.run(
    `begin; select pg_catalog.pg_advisory_xact_lock(${bootstrapKey(historySchema)})`,
  );
  try {
    await upgrade(client, historySchema);
    await client.run('commit');
  } catch (error) {
    if (serverErrorOf(error) !== null) await client.run('rollback');
    throw error;
  }
}

async function isUpToDate(client: Client, historySchema: string): Promise<boolean> {
  const layout = await readLayout(client, historySchema);
  assertKnownLayout(layout, historySchema);
  return layout === historyLayout;
}

async function upgrade(client: Client, historySchema: string): Promise<void> {
  const layout = await readLayout(client, historySchema);
  if (layout === historyLayout) return;
  if (layout === 0) await ensureSchema(client, historySchema);
  await client.run(upgradeStatements(layout, historySchema));
}

/** `IF NOT EXISTS` would ask for the right to create even where the schema stands already. */
async function ensureSchema(client: Client, historySchema: string): Promise<void> {
  const name = identifier(historySchema);
  const [rows] = await client.run(
    `select pg_catalog.to_regnamespace(${literal(name)}) is not null as found`,
  );
  if (rows?.[0]?.['found'] !== true) await client.run(`create schema ${name}`);
}

function bootstrapKey(historySchema: string): string {
  return `pg_catalog.hashtextextended(${literal(`pgm bootstrap ${historySchema}`)}, 0)`;
}
