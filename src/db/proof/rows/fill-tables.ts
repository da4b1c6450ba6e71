import type { ServerError } from '../../../core/failure/server-error.js';
import type { Client } from '../../wire/client.js';
import { serverErrorOf } from '../../wire/errors.js';
import { insertOf, Trial } from './made-up-rows.js';
import { readTables, type Table } from './read-columns.js';

/**
 * Puts `rows` rows into each of these tables that is empty, and into those that they refer to, in the open transaction.
 * Returns the tables that stay empty: no values could be made up that their constraints allow.
 */
export async function fillTables(
  client: Client,
  tables: readonly string[],
  rows: number,
): Promise<readonly string[]> {
  const all = referredFirst(await readTables(client, tables));
  const empty = await fillAll(client, all, rows);
  // If tables refer to each other in a circle, the first can have rows only when the last has.
  const still = empty.length < all.length ? await fillAll(client, empty, rows) : empty;
  return tables.filter((table) => still.some(({ name }) => name === table));
}

/** Returns those that still have no rows. */
async function fillAll(
  client: Client,
  tables: readonly Table[],
  rows: number,
): Promise<readonly Table[]> {
  const empty: Table[] = [];
  for (const table of tables) {
    if (!(await fillOne(client, table, rows))) empty.push(table);
  }
  return empty;
}

/** Tables in an order in which each comes after those it refers to, if there is one. */
function referredFirst(tables: readonly Table[]): readonly Table[] {
  const inOrder = new Set<Table>();
  const visit = (table: Table, above: readonly Table[]): void => {
    if (inOrder.has(table) || above.includes(table)) return;
    for (const key of table.keys) {
      const referred = tables.find(({ name }) => name === key.table);
      if (referred !== undefined) visit(referred, [...above, table]);
    }
    inOrder.add(table);
  };
  for (const table of tables) visit(table, []);
  return [...inOrder];
}

/** True if the table has rows now. */
async function fillOne(client: Client, table: Table, rows: number): Promise<boolean> {
  const [found] = await client.run(`select exists (select from ${table.name}) as filled`);
  if (found?.[0]?.['filled'] === true) return true;
  const trial = new Trial(table, rows);
  for (let tries = 0; tries < mostTries; tries += 1) {
    const said = await tryTo(client, insertOf(table, trial), trial.withoutTriggers);
    if (said === null) return true;
    if (!trial.learnFrom(said)) return false;
  }
  return false;
}

const mostTries = 24;

/** Null if the rows are in. Only a superuser may disable triggers. */
async function tryTo(
  client: Client,
  insert: string,
  withoutTriggers: boolean,
): Promise<ServerError | null> {
  const [off, on] = withoutTriggers
    ? [
        'set local session_replication_role = replica;',
        '; set local session_replication_role = origin',
      ]
    : ['', ''];
  try {
    await client.run(`savepoint pgm_fill; ${off}${insert}${on}`);
    return null;
  } catch (error) {
    const said = serverErrorOf(error);
    if (said === null) throw error;
    await client.run('rollback to savepoint pgm_fill');
    return said;
  }
}
