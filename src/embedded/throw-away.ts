import { join } from 'node:path';
import type { EmbeddedPostgres } from '../core/embedded.js';
import { makeThrowAway } from './directory.js';
import { chooseIdentity } from './identity.js';
import type { Identity } from './identity.js';
import { initialiseThrowAway } from './initialise.js';
import { findBinaries } from './prepare.js';
import { removeTree } from './remove.js';
import { notStarted, serveOnSomePort } from './serve-on-port.js';
import type { Setup } from './setup.js';
import { sweepThrowAways } from './sweep.js';

/** A server whose data is gone when it ends. */
export async function startThrowAway(setup: Setup): Promise<EmbeddedPostgres> {
  const identity = await chooseIdentity(null, setup.passwdFile);
  const { bin, temporary } = await findBinaries(setup, identity);
  const sweeping = sweepThrowAways({ temporary, bin, identity, emit: setup.emit });
  const directory = await makeThrowAway(temporary, identity);
  try {
    await initialise(setup, bin, identity, directory);
    const place = { bin, identity, directory, data: join(directory, 'data'), doomed: directory };
    const served = await serveOnSomePort(setup, place);
    if ('stop' in served) return served;
    throw notStarted(directory, served);
  } catch (error) {
    await removeTree(directory, identity);
    throw error;
  } finally {
    await sweeping;
  }
}

async function initialise(
  { options, distribution, emit }: Setup,
  bin: string,
  identity: Identity,
  directory: string,
): Promise<void> {
  emit({ kind: 'initialising', directory, kept: false });
  const { user, password } = options;
  const { major } = distribution;
  await initialiseThrowAway(directory, { bin, major, identity, user, password });
}
