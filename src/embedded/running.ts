import { existsSync } from 'node:fs';
import type { EmbeddedPostgres } from '../core/embedded.js';
import { EmbeddedUnavailable } from '../core/errors.js';
import { dataOf } from './data/directory.js';
import type { Installed } from './data/prepare.js';
import { stopOrphan } from './data/recover.js';
import { beforeDeadline, type Guarded } from './process/guard.js';
import { tailOf } from './process/log.js';
import { removeTree } from './process/trees.js';
import { logOf, type Place } from './serve.js';

interface Running extends Place {
  readonly installed: Installed;
  readonly guarded: Guarded;
  readonly port: number;
}

/** The guard sends SIGQUIT after five seconds, and PostgreSQL kills its remaining processes after five more. */
const stopDeadlineMs = 30_000;

/** The handle of a server that this pgm runs. */
export function ownServer(running: Running): EmbeddedPostgres {
  const { installed, guarded, port, directory } = running;
  let stopping: Promise<void> | null = null;
  void guarded.ended.then(async () => {
    if (stopping === null) await reportLoss(running);
  });
  return {
    host: '127.0.0.1',
    port,
    version: installed.setup.distribution.version,
    directory,
    attached: false,
    stop: () => (stopping ??= stop(running)),
  };
}

/** Also releases the guard, which would otherwise keep waiting. */
async function reportLoss({ installed, guarded, directory }: Running): Promise<void> {
  const log = await tailOf(logOf(directory));
  await guarded.release();
  installed.setup.emit({ kind: 'lost', directory, log });
}

async function stop({ installed, guarded, directory, kept }: Running): Promise<void> {
  const { bin, identity } = installed;
  const code = await beforeDeadline(guarded.release(), stopDeadlineMs, () => notStopped(directory));
  if (code === null) await stopOrphan(dataOf(directory), bin, identity);
  if (!kept && existsSync(directory)) await removeTree(directory, identity);
}

function notStopped(directory: string): EmbeddedUnavailable {
  return new EmbeddedUnavailable(
    `the PostgreSQL of ${directory} did not stop within ${stopDeadlineMs / 1000} seconds. ` +
      `Look for it with: ps ax | grep ${directory}`,
  );
}
