import { Transient } from '../../core/errors.js';
import { sqlstates } from '../../core/failure/sqlstates.js';
import type { Clock, Database } from '../../core/ports.js';

interface LookOutPorts {
  readonly database: Pick<Database, 'look'>;
  readonly clock: Clock;
}

/** Milliseconds after which the server is asked again, before the next file. */
export const lookEveryMs = 1_000;

/**
 * Asks the server whether it still takes sessions. In a smart shutdown it does not tell existing sessions, and waits until
 * they end: no further file may begin there, so this throws `Transient` (57P03), after `flush`. Returns when it was asked, by
 * the clock's `now`; a silent server is not asked again.
 */
export async function lookOut(ports: LookOutPorts, flush: () => Promise<void>): Promise<number> {
  const seen = await look(ports);
  if (!(seen instanceof Transient)) return seen === 'silent' ? Infinity : ports.clock.now();
  await flush();
  throw seen;
}

/** Milliseconds for the answer; without one we know nothing. */
const patienceMs = 1_000;

async function look({
  database,
  clock,
}: LookOutPorts): Promise<Transient | 'takes sessions' | 'silent'> {
  const over = new AbortController();
  const silent = clock.sleep(patienceMs, over.signal).then(
    () => 'silent' as const,
    () => 'silent' as const,
  );
  try {
    return await Promise.race([looked(database), silent]);
  } finally {
    over.abort();
  }
}

/** Any other error says nothing about the session that we have. */
async function looked(database: Pick<Database, 'look'>): Promise<Transient | 'takes sessions'> {
  try {
    await database.look();
  } catch (error) {
    const isRefused = error instanceof Transient && error.code === sqlstates.cannotConnectNow;
    if (isRefused) return error;
  }
  return 'takes sessions';
}
