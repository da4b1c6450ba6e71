import { setTimeout as delay } from 'node:timers/promises';
import type { EmbeddedPostgres } from '../core/embedded.js';
import { inspectData } from './inspect.js';
import type { DataState } from './inspect.js';
import type { Setup } from './setup.js';
import { join } from 'node:path';

type Served = Extract<DataState, { kind: 'served' }>;

/**
 * How long a server may still say "ready" after the pgm that ran it was killed: its guard needs a moment to notice. One
 * look before and one after keep us from attaching to a server that is about to stop.
 */
const settleMs = 25;

/** The handle of a server that another pgm runs; null when it is not (or no longer) ready, which is worth another look. */
export async function attach(
  { emit }: Setup,
  directory: string,
  before: Served,
): Promise<EmbeddedPostgres | null> {
  await delay(settleMs);
  const after = await inspectData(join(directory, 'data'));
  if (after.kind !== 'served' || after.pid !== before.pid) return null;
  if (after.status !== 'ready' || after.port === null) return null;
  emit({ kind: 'attached', directory, port: after.port });
  return {
    host: '127.0.0.1',
    port: after.port,
    version: after.major,
    directory,
    kept: true,
    attached: true,
    stop: () => Promise.resolve(),
  };
}
