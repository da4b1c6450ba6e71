import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { EmbeddedUnavailable } from '../../core/errors.js';
import { childEnvironment } from '../process/guard.js';
import type { KeepPlan } from './keep.js';

/** How to start a keeper: Node and the file to run. */
export interface KeeperProgram {
  readonly node: string;
  readonly file: string;
}

/** What a keeper prints in one line when it has started. */
export type KeeperAnswer =
  { readonly kind: 'ready' } | { readonly kind: 'refused'; readonly message: string };

/**
 * Starts a keeper that outlives us, and gets no signal of our terminal. Settles when its server runs, or throws
 * `EmbeddedUnavailable` with the keeper's message.
 */
export async function launchKeeper(
  { node, file }: KeeperProgram,
  plan: KeepPlan,
  temporary: string,
): Promise<void> {
  const keeper = spawn(node, [file, JSON.stringify(plan)], {
    cwd: '/',
    detached: true,
    // Not our environment: the runner set it for its workers.
    env: { ...childEnvironment, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  keeper.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const lines = createInterface(keeper.stdout);
  const spoken = once(lines, 'line') as Promise<[string]>;
  const silent = Promise.race([once(lines, 'close'), once(keeper, 'error')]).then(() => null);
  const first = await Promise.race([spoken, silent.catch(() => null)]);
  keeper.stdout.destroy();
  keeper.stderr.destroy();
  keeper.unref();
  if (first === null) {
    throw new EmbeddedUnavailable(
      `the process that keeps the test server (${node} ${file}) ended before the server ran: ${complaint.trim()}`,
    );
  }
  const answer = JSON.parse(first[0]) as KeeperAnswer;
  if (answer.kind === 'refused') throw new EmbeddedUnavailable(answer.message);
}
