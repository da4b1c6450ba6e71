import { existsSync } from 'node:fs';
import type { EmbeddedEvent, EmbeddedPostgres } from '../core/embedded.js';
import { EmbeddedUnavailable } from '../core/errors.js';
import { beforeDeadline } from './deadline.js';
import type { Guarded } from './guard.js';
import type { Identity } from './identity.js';
import { tailOf } from './log.js';
import { stopOrphan } from './recover.js';
import { removeTree } from './remove.js';
import { logOf } from './serve.js';

export interface Running {
  readonly guarded: Guarded;
  readonly port: number;
  readonly version: string;
  readonly directory: string;
  readonly data: string;
  readonly kept: boolean;
  readonly bin: string;
  readonly identity: Identity;
  readonly emit: (event: EmbeddedEvent) => void;
}

/** The guard insists after five seconds, and PostgreSQL kills what is left of itself after five more. */
const stopDeadlineMs = 30_000;

/** The handle of a server that we run ourselves. */
export function ownServer(running: Running): EmbeddedPostgres {
  const { guarded, port, version, directory, kept } = running;
  let stopping: Promise<void> | null = null;
  void guarded.ended.then(async () => {
    if (stopping === null) await reportLoss(running);
  });
  return {
    host: '127.0.0.1',
    port,
    version,
    directory,
    kept,
    attached: false,
    stop: () => (stopping ??= stop(running)),
  };
}

/** Frees the guard, which else would wait for a server that is no more. */
async function reportLoss({ guarded, directory, data, emit }: Running): Promise<void> {
  const log = await tailOf(logOf(data));
  await guarded.release();
  emit({ kind: 'lost', directory, log });
}

async function stop({ guarded, directory, data, kept, bin, identity }: Running): Promise<void> {
  const code = await beforeDeadline(guarded.release(), stopDeadlineMs, () => notStopped(directory));
  if (code === null) await stopOrphan(data, bin, identity);
  if (!kept && existsSync(directory)) await removeTree(directory, identity);
}

function notStopped(directory: string): EmbeddedUnavailable {
  return new EmbeddedUnavailable(
    `the PostgreSQL of ${directory} did not stop within ${stopDeadlineMs / 1000} seconds. ` +
      `Look for it with: ps ax | grep ${directory}`,
  );
}
