/** How often each contestant waits for the server: with one file, with many, and with nothing to do. */
import { databaseFor, layOut } from './contest.mjs';
import { inserts } from './corpora.mjs';
import { openCountingProxy } from './counting-proxy.mjs';
import { runProgram } from './run-program.mjs';
import { createDatabase, dropDatabase } from './server.mjs';
import { least } from './trips.mjs';

/**
 * @typedef {import('./contestants.mjs').Contestant} Contestant
 * @typedef {import('./contestants.mjs').Command} Command
 * @typedef {import('./trips.mjs').Trips} Trips
 * @typedef {import('./trips.mjs').TripsResult} TripsResult
 *
 * @typedef {object} Way How the server is reached.
 * @property {import('./server.mjs').BenchServer} server
 * @property {import('./counting-proxy.mjs').CountingProxy} proxy
 * @property {number} limitMs For one process.
 *
 * @typedef {{ readonly fresh: Trips | null, readonly again: Trips | null }} Counted
 */

/**
 * @param {import('./server.mjs').BenchServer} server @param {readonly Contestant[]} contestants
 * @param {{ readonly files: number, readonly rounds: number, readonly limitMs: number }} how
 * @returns {Promise<readonly TripsResult[]>}
 */
export async function countRoundTrips(server, contestants, { files, rounds, limitMs }) {
  const { host, port } = server.target('postgres');
  const way = { server, proxy: await openCountingProxy(host, port), limitMs };
  try {
    const one = await countEach(way, contestants, { files: 1, rounds });
    const all = await countEach(way, contestants, { files, rounds });
    return contestants.map(({ name, kind }, at) => ({
      contestant: name,
      kind,
      files,
      one: one[at]?.fresh ?? null,
      fresh: all[at]?.fresh ?? null,
      again: all[at]?.again ?? null,
    }));
  } finally {
    await way.proxy.close();
  }
}

/**
 * @param {Way} way @param {readonly Contestant[]} contestants
 * @param {{ readonly files: number, readonly rounds: number }} how @returns {Promise<readonly Counted[]>}
 */
async function countEach(way, contestants, { files, rounds }) {
  const corpus = inserts(files);
  const layout = layOut(corpus, contestants);
  const results = [];
  try {
    for (const contestant of contestants) {
      const directory = layout.directoryOf(contestant);
      const counted = [];
      for (let round = 0; round < rounds; round += 1) {
        counted.push(await countOne(way, contestant, { corpus, directory }));
      }
      results.push({
        fresh: least(counted.map(({ fresh }) => fresh)),
        again: least(counted.map(({ again }) => again)),
      });
    }
  } finally {
    layout.remove();
  }
  return results;
}

/**
 * @param {Way} way @param {Contestant} contestant
 * @param {{ readonly corpus: import('./corpora.mjs').Corpus, readonly directory: string }} what
 * @returns {Promise<Counted>}
 */
async function countOne({ server, proxy, limitMs }, contestant, { corpus, directory }) {
  const database = databaseFor(contestant);
  await createDatabase(server, database, corpus.prepare);
  const place = { corpus, directory, target: server.target(database, proxy.port) };
  /** @param {Command} command */
  const counted = async (command) => {
    proxy.take();
    const ran = await runProgram(command, limitMs);
    return ran.kind === 'ran' ? proxy.take() : null;
  };
  const fresh = await counted(contestant.fresh(place));
  const nothingToDo = fresh === null ? null : contestant.again;
  const again = nothingToDo === null ? null : await counted(nothingToDo(place));
  await dropDatabase(server, database);
  return { fresh, again };
}
