import { join } from 'node:path';
import type { EmbeddedPostgres } from '../core/embedded.js';
import { EmbeddedUnavailable } from '../core/errors.js';
import type { Guarded } from './guard.js';
import { freePort } from './ports.js';
import { ownServer } from './running.js';
import { logOf, serve } from './serve.js';
import type { ServePlan, Serving } from './serve.js';
import type { Setup } from './setup.js';

/** How it went, when there is no server. */
export type NotReady = Exclude<Serving, { kind: 'ready' }>;

/** Where one server runs and as whom. */
export type Place = Pick<ServePlan, 'bin' | 'identity' | 'data' | 'doomed'> & {
  readonly directory: string;
};

const portAttempts = 5;

/** Starts the server of an initialised directory on the preferred port or, when that is taken, on a free one. */
export async function serveOnSomePort(
  setup: Setup,
  place: Place,
): Promise<EmbeddedPostgres | NotReady> {
  const { options, emit } = setup;
  const kept = place.doomed === null;
  let serving: NotReady = { kind: 'port-taken' };
  for (let attempt = 0; attempt < portAttempts && serving.kind === 'port-taken'; attempt += 1) {
    const preferred = attempt === 0 ? options.preferredPort : null;
    const port = preferred ?? (await freePort());
    emit({ kind: 'starting', directory: place.directory, port });
    const plan = { ...place, port, kept, settings: options.settings ?? {} };
    const outcome = await serve(plan);
    if (outcome.kind === 'ready') return report(setup, place, port, outcome.guarded);
    serving = outcome;
    if (serving.kind === 'port-taken') emit({ kind: 'port-taken', port });
  }
  return serving;
}

function report(
  { distribution, emit, since }: Setup,
  place: Place,
  port: number,
  guarded: Guarded,
): EmbeddedPostgres {
  const { directory, doomed } = place;
  const { version } = distribution;
  const kept = doomed === null;
  const ms = Math.round(performance.now() - since);
  emit({ kind: 'started', version, port, directory, kept, ms });
  return ownServer({ ...place, guarded, port, version, kept, emit });
}

/** Says why there is no server, and what can be done. */
export function notStarted(directory: string, why: NotReady): EmbeddedUnavailable {
  const where = `the embedded PostgreSQL of ${directory} did not start`;
  switch (why.kind) {
    case 'port-taken':
      return new EmbeddedUnavailable(
        `${where}: every port that was tried was taken by somebody else meanwhile. Try again.`,
      );
    case 'data-taken':
      return new EmbeddedUnavailable(
        `${where}: something else uses its data, or data/postmaster.pid names a process that is no server of it. ` +
          'Wait until the other pgm has started or stopped; if there is none, remove that file and try again.',
      );
    case 'failed':
      return new EmbeddedUnavailable(
        `${where}. The last lines of ${logOf(join(directory, 'data'))}:\n` +
          why.log.map((line) => `  ${line}`).join('\n'),
      );
  }
}
