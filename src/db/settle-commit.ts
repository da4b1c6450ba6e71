import { setTimeout as delay } from 'node:timers/promises';
import { Transient } from '../core/errors.js';
import type { Client } from './client.js';
import { graceMs } from './backends.js';
import { serverErrorOf } from './errors.js';
import { literal } from './quote.js';

/** Milliseconds a commit may stay under way on the server before a run is broken off and tried again. */
const patienceMs = 30_000;
const pauseMs = 200;

/** True once the server knows how that COMMIT ended; false when it is still under way after a moment's grace. */
export async function endsByItself(client: Client, transactionId: string): Promise<boolean> {
  const deadline = performance.now() + graceMs;
  while (await isUnderWay(client, transactionId)) {
    if (performance.now() > deadline) return false;
    await delay(pauseMs);
  }
  return true;
}

/**
 * After a COMMIT whose answer was lost: waits until the server knows how it ended. Then the history tells all that there
 * is to know, as a file's row and its effects share that fate. A server that does not remember the transaction (a
 * promoted standby) leaves it to the history as well.
 */
export async function settleCommit(client: Client, transactionId: string): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (await isUnderWay(client, transactionId)) {
    if (performance.now() > deadline) {
      throw new Transient(`${client.target}: a commit of ours is still under way`, null);
    }
    await delay(pauseMs);
  }
}

/** For a transaction that has ended: false when it was rolled back. */
export async function isCommitted(client: Client, transactionId: string): Promise<boolean> {
  return (await statusOf(client, transactionId)) === 'committed';
}

async function isUnderWay(client: Client, transactionId: string): Promise<boolean> {
  return (await statusOf(client, transactionId)) === 'in progress';
}

/** In the server's words; null when it has none. */
async function statusOf(client: Client, transactionId: string): Promise<unknown> {
  try {
    const [rows] = await client.run(
      `select pg_catalog.pg_xact_status(${literal(transactionId)}::xid8) as status`,
    );
    return rows?.[0]?.['status'] ?? null;
  } catch (error) {
    if (serverErrorOf(error)?.sqlstate === notGivenYet) return null;
    throw error;
  }
}

/** Said of a transaction "in the future": this server has not come to that number, so it never had ours. */
const notGivenYet = '22023';
