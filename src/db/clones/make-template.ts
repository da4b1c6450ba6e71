import { hash, randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { MakeTemplate } from '../../core/clones/clones.js';
import { dropDatabase } from '../backend/create-database.js';
import type { Client } from '../wire/client.js';
import { identifier, literal } from '../wire/quote.js';
import { dropOldTemplates, templateSpace } from './sweep.js';
import { untilEmpty } from './until-empty.js';

interface Making {
  readonly client: Client;
  readonly template: string;
  /** The name of the database while it is being made: a clone's name, so that others remove it if we are killed. */
  readonly workshop: string;
  readonly make: MakeTemplate;
}

/**
 * Makes a template if there is none. One process at a time makes the same one; the others wait for it. They poll for a lock:
 * a session that waits for it in the blocking form holds a snapshot, which keeps dead rows.
 */
export async function ensureTemplate(making: Making): Promise<void> {
  const { client, template } = making;
  const key = `${templateSpace}, ${keyOf(template)}`;
  while (!(await isThere(client, template))) {
    const [rows] = await client.run(`select pg_catalog.pg_try_advisory_lock(${key}) as held`);
    if (rows?.[0]?.['held'] !== true) {
      await delay(randomInt(10, 30));
      continue;
    }
    try {
      if (!(await isThere(client, template))) await makeTemplate(making);
    } finally {
      if (!client.lost) await client.run(`select pg_catalog.pg_advisory_unlock(${key})`);
    }
  }
}

/** Time for the sessions that filled it to end. */
const closingMs = 1_000;

/** A number that fits an `int4`. */
function keyOf(template: string): number {
  return Number.parseInt(hash('sha256', template, 'hex').slice(0, 8), 16) >>> 1;
}

async function isThere(client: Client, template: string): Promise<boolean> {
  const [rows] = await client.run(
    `select from pg_catalog.pg_database where datname = ${literal(template)} and datistemplate`,
  );
  return rows?.length === 1;
}

/** It gets its name only when it is complete, so it is never used half-made. */
async function makeTemplate({ client, template, workshop, make }: Making): Promise<void> {
  const made = identifier(workshop);
  await client.run(`create database ${made} template template0`, null);
  try {
    await make(workshop);
    await untilEmpty(client, workshop, closingMs);
    await client.run(`
alter database ${made} with is_template true allow_connections false;
alter database ${made} rename to ${identifier(template)}`);
    await dropOldTemplates(client);
  } catch (error) {
    if (!client.lost) await dropDatabase(client, workshop);
    throw error;
  }
}
