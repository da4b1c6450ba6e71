import { once } from 'node:events';
import type { Socket } from 'node:net';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedUnavailable } from '../../core/errors.js';
import { keptWord, type KeepPlan, type SharedFacts } from './keep.js';
import { type KeeperProgram, launchKeeper } from './launch.js';
import { openRendezvous, reach, rendezvousOf, type Rendezvous, takeLock } from './rendezvous.js';

interface SharedOptions extends Omit<KeepPlan, 'socket'> {
  readonly program: KeeperProgram;
  /** Part of a server's identity: processes with the same options and version share one. */
  readonly version: string;
  /** Of this process. */
  readonly pid: number;
}

/** A server that lives as long as one process holds it, however those end. */
export interface SharedPostgres extends SharedFacts {
  /** True once the server, or its keeper, is gone. */
  isLost(): boolean;
  /** Says that a database is left for inspection: then the server goes on for `keptMs`. */
  noteKept(): Promise<void>;
  release(): void;
}

const pollMs = 20;
const longestWaitMs = 180_000;

/**
 * Holds the one server for these options: finds it, or starts it if no other process is doing so. The connection that holds
 * it does not keep this process alive. Throws `EmbeddedUnavailable`.
 */
export async function holdShared(options: SharedOptions): Promise<SharedPostgres> {
  const { program, version, pid, server, graceMs, keptMs } = options;
  const place = rendezvousOf([version, JSON.stringify(server), program.file]);
  const plan: KeepPlan = { socket: place.socket, server, graceMs, keptMs };
  const deadline = performance.now() + longestWaitMs;
  while (performance.now() < deadline) {
    const held = await join(place);
    if (held !== null) return held;
    await openRendezvous(place);
    if (await takeLock(place, pid))
      await startUnderLock(place, () => launchKeeper(program, plan, tmpdir()));
    else await delay(pollMs);
  }
  throw new EmbeddedUnavailable(
    `no test server within ${longestWaitMs / 1_000} s: another process has been starting one all the time. ` +
      `If there is none, remove ${place.lock}`,
  );
}

async function startUnderLock(
  { socket, lock }: Rendezvous,
  start: () => Promise<void>,
): Promise<void> {
  try {
    // Another process may have been faster between our look and the lock.
    const running = await reach(socket);
    running?.destroy();
    if (running === null) await start();
  } finally {
    await rm(lock, { force: true });
  }
}

/** Null if there is no keeper, or it is about to end. */
async function join({ socket: path }: Rendezvous): Promise<SharedPostgres | null> {
  const socket = await reach(path);
  if (socket === null) return null;
  const facts = await firstLine(socket);
  if (facts === null) return null;
  socket.unref();
  return {
    ...(JSON.parse(facts) as SharedFacts),
    isLost: () => socket.destroyed,
    noteKept: () =>
      new Promise((resolve) => {
        socket.write(`${keptWord}\n`, () => {
          resolve();
        });
      }),
    release: () => {
      socket.destroy();
    },
  };
}

async function firstLine(socket: Socket): Promise<string | null> {
  const lines = createInterface(socket);
  const closed = once(socket, 'close').then(() => null);
  const first = await Promise.race([once(lines, 'line') as Promise<[string]>, closed]);
  lines.close();
  // Keeps reading, so that its end is seen.
  socket.resume();
  return first?.[0] ?? null;
}
