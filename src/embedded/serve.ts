import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { launchGuarded } from './guard.js';
import type { Guarded } from './guard.js';
import type { Identity } from './identity.js';
import { rotateLog, tailOf } from './log.js';
import { parsePostmasterFile } from './postmaster.js';
import { serverArguments } from './settings.js';
import type { ServerPlan } from './settings.js';

export interface ServePlan extends ServerPlan {
  /** Directory of `postgres`. */
  readonly bin: string;
  readonly identity: Identity;
  /** Removed when the server ends, unless it is spared; null to remove nothing. */
  readonly doomed: string | null;
}

export type Serving =
  | { readonly kind: 'ready'; readonly guarded: Guarded }
  /** Somebody else took the port first. */
  | { readonly kind: 'port-taken' }
  /** Another server uses the data. */
  | { readonly kind: 'data-taken' }
  /** The last lines of its log. */
  | { readonly kind: 'failed'; readonly log: readonly string[] };

const pollMs = 5;
const deadlineMs = 60_000;

/** Path of the server's log: below the data, where the server's user may write whoever owns the directory above. */
export function logOf(data: string): string {
  return join(data, 'server.log');
}

/** Starts `postgres` and waits until it takes connections, ends, or the deadline passes; then nothing is left running. */
export async function serve(plan: ServePlan): Promise<Serving> {
  const { bin, identity, data, doomed } = plan;
  const log = logOf(data);
  const since = await rotateLog(log);
  const guarded = await launchGuarded({
    identity,
    command: join(bin, 'postgres'),
    parameters: serverArguments(plan),
    log,
    doomed,
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
    // The file of a server that crashed earlier may still lie there, and say "ready".
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
