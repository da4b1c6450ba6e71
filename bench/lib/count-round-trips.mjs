/** How often each contestant waits for the server, fresh and with nothing to do. */
import { databaseFor, layOut } from './contest.mjs';
import { openCountingProxy } from './counting-proxy.mjs';
import { runProgram } from './run-program.mjs';
import { createDatabase, dropDatabase } from './server.mjs';

/**
 * @typedef {{ readonly connections: number, readonly connecting: number, readonly working: number }} Trips
 * @typedef {object} TripsResult
 * @property {string} contestant
 * @property {import('./contestants.mjs').Contestant['kind']} kind
 * @property {number} files
 * @property {Trips | null} fresh
 * @property {Trips | null} again
 */

/**
 * @param {import('./server.mjs').BenchServer} server @param {import('./corpora.mjs').Corpus} corpus
 * @param {readonly import('./contestants.mjs').Contestant[]} contestants @param {number} limitMs
 * @returns {Promise<readonly TripsResult[]>}
 */
export async function countRoundTrips(server, corpus, contestants, limitMs) {
  const layout = layOut(corpus, contestants);
  const { host, port } = server.target('postgres');
  const proxy = await openCountingProxy(host, port);
  const results = [];
  try {
    for (const contestant of contestants) {
      const { name, kind, fresh, again } = contestant;
      const database = databaseFor(contestant);
      await createDatabase(server, database, corpus.prepare);
      const target = server.target(database, proxy.port);
      const place = { corpus, directory: layout.directoryOf(contestant), target };
      /** @param {((place: import('./contestants.mjs').Place) => import('./contestants.mjs').Command) | null} command */
      const counted = async (command) => {
        if (command === null) return null;
        proxy.take();
        const ran = await runProgram(command(place), limitMs);
        return ran.kind === 'ran' ? proxy.take() : null;
      };
      const first = await counted(fresh);
      const second = first === null ? null : await counted(again);
      results.push({ contestant: name, kind, files: corpus.count, fresh: first, again: second });
      await dropDatabase(server, database);
    }
  } finally {
    await proxy.close();
    layout.remove();
  }
  return results;
}
