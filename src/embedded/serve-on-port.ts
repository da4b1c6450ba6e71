import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { EmbeddedPostgres } from '../core/embedded.js';
import { EmbeddedUnavailable } from '../core/errors.js';
import type { Installed } from './data/prepare.js';
import { ownServer } from './running.js';
import { logOf, type Place, serve, type Serving } from './serve.js';

/** Why there is no server. */
type NotReady = Exclude<Serving, { kind: 'ready' }>;

const portAttempts = 5;

/** Starts the server of an initialised directory on the preferred port or, if that is in use, on a free one. */
export async function serveOnSomePort(
  installed: Installed,
  place: Place,
): Promise<EmbeddedPostgres | NotReady> {
  const { directory, kept } = place;
  const { distribution, options, emit, since } = installed.setup;
  let serving: NotReady = { kind: 'port-taken' };
  for (let attempt = 0; attempt < portAttempts && serving.kind === 'port-taken'; attempt += 1) {
    const preferred = attempt === 0 ? options.preferredPort : null;
    const port = preferred ?? (await freePort());
    emit({ kind: 'starting', directory, port });
    const outcome = await serve(installed, place, port);
    if (outcome.kind === 'ready') {
      const ms = Math.round(performance.now() - since);
      emit({ kind: 'started', version: distribution.version, port, directory, kept, ms });
      return ownServer({ installed, guarded: outcome.guarded, port, directory, kept });
    }
    serving = outcome;
    if (serving.kind === 'port-taken') emit({ kind: 'port-taken', port });
  }
  return serving;
}

/** Says why there is no server, and what to do. */
export function notStarted(directory: string, why: NotReady): EmbeddedUnavailable {
  const where = `the embedded PostgreSQL of ${directory} did not start`;
  switch (why.kind) {
    case 'port-taken':
      return new EmbeddedUnavailable(`${where}: all ports that were tried were in use. Try again.`);
    case 'data-taken':
      return new EmbeddedUnavailable(
        `${where}: something else uses its data, or data/postmaster.pid names a process that is not its server. ` +
          'Wait until the other pgm has started or stopped; if there is none, remove that file and try again.',
      );
    case 'failed':
      return new EmbeddedUnavailable(
        `${where}. The last lines of ${logOf(directory)}:\n` +
          why.log.map((line) => `  ${line}`).join('\n'),
      );
  }
}

/** A port of 127.0.0.1 that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
