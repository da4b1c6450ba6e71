import { setTimeout as delay } from 'node:timers/promises';
import { Transient } from '../../core/errors.js';
import { sqlstates } from '../../core/failure/sqlstates.js';
import type { Client } from '../wire/client.js';
import { serverErrorOf } from '../wire/errors.js';
import { literal } from '../wire/quote.js';

/** Milliseconds a commit may stay in progress on the server before a run is aborted and tried again. */
const patienceMs = 30_000;
const pauseMs = 200;

/**
 * After a COMMIT whose answer was lost: waits until the server knows how it ended. The history then has the answer, as a
 * file's row and its effects are committed together or not at all. If the server does not know the transaction (a promoted
 * standby), the history decides as well.
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

/** For a transaction that has ended: false when it was rolled back, or was none (null). */
export async function isCommitted(client: Client, transactionId: string | null): Promise<boolean> {
  return transactionId !== null && (await statusOf(client, transactionId)) === 'committed';
}

async function isUnderWay(client: Client, transactionId: string): Promise<boolean> {
  return (await statusOf(client, transactionId)) === 'in progress';
}

/** In the server's words; null when it has no answer. */
async function statusOf(client: Client, transactionId: string): Promise<unknown> {
  try {
    const [rows] = await client.run(
      `select pg_catalog.pg_xact_status(${literal(transactionId)}::xid8) as status`,
    );
    return rows?.[0]?.['status'] ?? null;
  } catch (error) {
    // The transaction is "in the future": this server has not reached that number, so it never had ours.
    if (serverErrorOf(error)?.sqlstate === sqlstates.invalidParameterValue) return null;
    throw error;
  }
}
