import { setTimeout as delay } from 'node:timers/promises';
import { Transient } from '../core/errors.js';
import type { Client, Orphan } from './client.js';
import type { DialOptions } from './dial.js';
import { literal } from './quote.js';

/** The backends of one `Database`, and those of them that the server may still keep though we have let them go. */
export interface Backends {
  /** Opens one more; `ahead` goes with its greeting. Throws what `dial` throws. */
  readonly open: (ahead?: string | null) => Promise<Client>;
  /** Ends, by way of `client`, those that we gave up. */
  readonly endOrphans: (client: Client) => Promise<void>;
  /** Ends this one the same way, the next time that `awaitEnds` is called. */
  readonly doom: (orphan: Orphan) => void;
  /** Settles when those are done with what they were sent, or after a moment's grace. */
  readonly awaitDoomed: (client: Client) => Promise<void>;
  /** Ends those, and settles when the server has no trace of them: nothing of theirs is under way then. */
  readonly awaitEnds: (client: Client) => Promise<void>;
}

/**
 * A backend that we gave up because the way to it was dead goes on until the keepalives of the server notice, and so do
 * its locks: the run lock, or a file's. It is ended as soon as there is a way to the server again. A trouble with one
 * casts doubt on all others that were open then: when they are closed their goodbye may not arrive, so they are ended the
 * same way. Only the very backends that we had are ended, whatever has their pid by now.
 */
export function openBackends(
  dial: (own: Pick<DialOptions, 'onOrphan' | 'ahead'>) => Promise<Client>,
): Backends {
  const live = new Set<Client>();
  const doubtful = new Set<Client>();
  const orphans = new Set<Orphan>();
  const doubt = (): void => {
    for (const client of live) if (!client.lost) doubtful.add(client);
  };
  const onOrphan = (orphan: Orphan): void => {
    orphans.add(orphan);
    doubt();
  };
  const open: Backends['open'] = async (ahead = null) => {
    for (const client of live) if (client.lost) live.delete(client);
    try {
      const client = await dial({ onOrphan, ahead });
      live.add(client);
      return client;
    } catch (error) {
      if (error instanceof Transient) doubt();
      throw error;
    }
  };
  const endOrphans = async (client: Client): Promise<void> => {
    for (const closed of doubtful) {
      if (!closed.lost) continue;
      doubtful.delete(closed);
      if (closed.orphan !== null) orphans.add(closed.orphan);
    }
    for (const orphan of orphans) {
      await client.run(terminate(orphan));
      orphans.delete(orphan);
    }
  };
  const doomed = new Set<Orphan>();
  const awaitEnds = async (client: Client): Promise<void> => {
    for (const orphan of doomed) {
      await untilGone(client, orphan);
      doomed.delete(orphan);
    }
  };
  const awaitDoomed = async (client: Client): Promise<void> => {
    for (const orphan of doomed) await untilQuiet(client, orphan);
  };
  return { open, endOrphans, awaitDoomed, awaitEnds, doom: (orphan) => doomed.add(orphan) };
}

/** Milliseconds in which what is being committed may end by itself before its backend is ended. */
export const graceMs = 2_000;

/** Of a backend whose answers did not reach us nobody knows whether it is in a COMMIT. */
async function untilQuiet(client: Client, { pid, backendStart }: Orphan): Promise<void> {
  const deadline = performance.now() + graceMs;
  const question = `select 1 as busy from pg_catalog.pg_stat_activity
where pid = ${pid} and backend_start::text = ${literal(backendStart)} and state = 'active'`;
  while (performance.now() < deadline) {
    if ((await client.run(question))[0]?.length === 0) return;
    await delay(pauseMs);
  }
}

/** Milliseconds that a backend may take to end, a COMMIT that waits for a standby included. */
const patienceMs = 30_000;
const pauseMs = 50;

async function untilGone(client: Client, orphan: Orphan): Promise<void> {
  const deadline = performance.now() + patienceMs;
  // Gives a row as long as there is somebody to end.
  while ((await client.run(terminate(orphan)))[0]?.length !== 0) {
    if (performance.now() > deadline) {
      throw new Transient(`${client.target}: a backend of ours does not end`, null);
    }
    await delay(pauseMs);
  }
}

function terminate({ pid, backendStart }: Orphan): string {
  return `select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
where pid = ${pid} and backend_start::text = ${literal(backendStart)}`;
}
