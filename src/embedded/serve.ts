import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { dataOf } from './data/directory.js';
import type { Installed } from './data/prepare.js';
import { launchGuarded, type Guarded } from './process/guard.js';
import { rotateLog, tailOf } from './process/log.js';
import { parsePostmasterFile } from './process/postmaster.js';
import { serverArguments } from './process/settings.js';

/** Where a server has its data. */
export interface Place {
  readonly directory: string;
  /** Whether the data outlives the server. */
  readonly kept: boolean;
}

export type Serving =
  | { readonly kind: 'ready'; readonly guarded: Guarded }
  /** Another process uses the port. */
  | { readonly kind: 'port-taken' }
  /** Another server uses the data. */
  | { readonly kind: 'data-taken' }
  /** `log` has the last lines of the server's log. */
  | { readonly kind: 'failed'; readonly log: readonly string[] };

const pollMs = 5;
const deadlineMs = 60_000;

/** Path of the server's log: in the data directory, where the user of the server can always write. */
export function logOf(directory: string): string {
  return join(dataOf(directory), 'server.log');
}

/** Starts `postgres` and waits until it accepts connections. If it ends or is too slow, nothing is left running. */
export async function serve(
  { setup, identity, bin }: Installed,
  { directory, kept }: Place,
  port: number,
): Promise<Serving> {
  const data = dataOf(directory);
  const log = logOf(directory);
  const settings = setup.options.settings ?? {};
  const since = await rotateLog(log);
  const guarded = await launchGuarded({
    identity,
    command: join(bin, 'postgres'),
    parameters: serverArguments({ data, port, kept, settings }),
    log,
    doomed: kept ? null : directory,
  });
  if (await becomesReady(guarded, data)) return { kind: 'ready', guarded };
  await guarded.release('keep');
  const lines = await tailOf(log, since);
  return whyNot(lines.length > 0 ? lines : [guarded.complaint()]);
}

async function becomesReady(guarded: Guarded, data: string): Promise<boolean> {
  const deadline = performance.now() + deadlineMs;
  const end = { passed: false };
  void guarded.ended.then(() => (end.passed = true));
  while (!end.passed && performance.now() < deadline) {
    const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
    const file = parsePostmasterFile(text);
    // A server that crashed earlier may have left its file, and that may say "ready".
    if (file?.pid === guarded.pid && file.status === 'ready') return true;
    await Promise.race([delay(pollMs), guarded.ended]);
  }
  return false;
}

function whyNot(log: readonly string[]): Serving {
  const text = log.join('\n');
  if (text.includes('could not create any TCP/IP sockets')) return { kind: 'port-taken' };
  if (text.includes('lock file "postmaster.pid" already exists')) return { kind: 'data-taken' };
  return { kind: 'failed', log };
}
