import type { Client } from './client.js';
import { serverErrorOf } from './errors.js';
import { layoutStatements } from './history-layout.js';
import { identifier, literal } from './quote.js';
import { hasHistory } from './read-history.js';

/**
 * Makes the history's schema and tables when they are missing. Runners that race here (behind a pooler the run lock does
 * not hold) take turns by a lock that lives as long as the transaction; who comes second finds all made.
 */
export async function ensureHistory(client: Client, historySchema: string): Promise<void> {
  if (await hasHistory(client, historySchema)) return;
  await client.run(
    `begin; select pg_catalog.pg_advisory_xact_lock(${bootstrapKey(historySchema)})`,
  );
  try {
    if (!(await hasHistory(client, historySchema))) await make(client, historySchema);
    await client.run('commit');
  } catch (error) {
    if (serverErrorOf(error) !== null) await client.run('rollback');
    throw error;
  }
}

/** `IF NOT EXISTS` would ask for the right to create even where the schema stands already. */
async function make(client: Client, historySchema: string): Promise<void> {
  const name = identifier(historySchema);
  const [rows] = await client.run(
    `select pg_catalog.to_regnamespace(${literal(name)}) is not null as found`,
  );
  if (rows?.[0]?.['found'] !== true) await client.run(`create schema ${name}`);
  await client.run(layoutStatements(historySchema));
}

function bootstrapKey(historySchema: string): string {
  return `pg_catalog.hashtextextended(${literal(`pgm bootstrap ${historySchema}`)}, 0)`;
}
