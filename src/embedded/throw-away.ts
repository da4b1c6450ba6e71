import type { EmbeddedPostgres } from '../core/embedded.js';
import { chooseTemporary, makeThrowAway } from './data/directory.js';
import { initialiseThrowAway } from './data/initialise.js';
import { prepareBinaries, type Setup } from './data/prepare.js';
import { sweepThrowAways } from './data/sweep.js';
import { chooseIdentity } from './process/identity.js';
import { removeTree } from './process/trees.js';
import { notStarted, serveOnSomePort } from './serve-on-port.js';

/** Starts a server whose data is removed when it ends. */
export async function startThrowAway(setup: Setup): Promise<EmbeddedPostgres> {
  const identity = await chooseIdentity(null, setup.passwdFile);
  const installed = await prepareBinaries(setup, identity);
  const { temporary } = installed;
  const { dataDirectory = temporary } = setup.options;
  const place = await chooseTemporary([dataDirectory, temporary], identity);
  const sweeping = sweepThrowAways(installed, new Set([place, temporary]));
  const directory = await makeThrowAway(place, identity);
  try {
    await initialiseThrowAway(installed, directory);
    const served = await serveOnSomePort(installed, { directory, kept: false });
    if ('stop' in served) return served;
    throw notStarted(directory, served);
  } catch (error) {
    await removeTree(directory, identity);
    throw error;
  } finally {
    await sweeping;
  }
}
