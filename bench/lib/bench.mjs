/** One benchmark from start to end: measure, report, keep. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { contest } from './contest.mjs';
import { findContestants } from './contestants.mjs';
import { corpora, fullSizes, shortSizes } from './corpora.mjs';
import { countRoundTrips } from './count-round-trips.mjs';
import { measureGrowth } from './growth.mjs';
import { measureLatency } from './latency.mjs';
import { findPsql } from './psql.mjs';
import { publishContest, publishGrowth } from './publish.mjs';
import { contestReport, growthReport, latencyReport } from './report.mjs';
import { startServer } from './server.mjs';
import { measureStartUp } from './start-up.mjs';
import { endOnSignals } from './temporary.mjs';

/**
 * @typedef {object} Machine
 * @property {string} node
 * @property {string} postgres
 * @property {string | null} psql Its version, and where it was found; null if it does not take part.
 * @property {string} processor
 * @property {number} cores
 * @property {number} load Processes that were running when it began, on average over a minute.
 *
 * @typedef {object} Contest
 * @property {Machine} machine
 * @property {boolean} short
 * @property {Readonly<Record<string, string>>} versions
 * @property {readonly import('./contestants.mjs').Absent[]} absent
 * @property {readonly import('./start-up.mjs').StartUp[]} startUp
 * @property {readonly CorpusResult[]} corpora
 * @property {readonly import('./trips.mjs').TripsResult[]} trips
 * @property {import('./latency.mjs').Latency} [latency] Left out if it was not measured.
 *
 * @typedef {object} CorpusResult
 * @property {string} letter
 * @property {string} label
 * @property {string} title
 * @property {number} rounds
 * @property {readonly import('./contest.mjs').Result[]} results
 */

/**
 * @param {import('./options.mjs').Options} options @param {(line: string) => void} say
 * @returns {Promise<boolean>} False if pgm failed or any result was wrong.
 */
export async function bench(options, say) {
  const server = await startServer();
  endOnSignals(server.stop);
  try {
    if (options.latency) return await benchLatency(server, options, say);
    return options.growth
      ? await benchGrowth(server, options, say)
      : await benchContest(server, options, say);
  } finally {
    await server.stop();
  }
}

/** @param {import('./server.mjs').BenchServer} server @param {import('./options.mjs').Options} options @param {(line: string) => void} say */
async function benchContest(server, options, say) {
  const measured = await measureContest(server, options, say);
  process.stdout.write(`${contestReport(measured)}\n`);
  keep('contest', measured, say);
  if (options.publish) publishContest(measured, say);
  const isWrong = measured.corpora.some(({ results }) => results.some(({ wrong }) => wrong));
  return !isWrong && measured.latency?.problem === null;
}

/** @param {import('./server.mjs').BenchServer} server @param {import('./options.mjs').Options} options @param {(line: string) => void} say */
async function benchLatency(server, options, say) {
  const { short } = options;
  const measured = { machine: machine(server), short, latency: await measureLatency(options, say) };
  process.stdout.write(`${latencyReport(measured)}\n`);
  keep('latency', measured, say);
  return measured.latency.problem === null;
}

/** @param {import('./server.mjs').BenchServer} server @param {import('./options.mjs').Options} options @param {(line: string) => void} say */
async function benchGrowth(server, options, say) {
  const measured = { machine: machine(server), ...(await measureGrowth(server, options, say)) };
  process.stdout.write(`${growthReport(measured)}\n`);
  keep('growth', measured, say);
  if (options.publish) publishGrowth(measured, say);
  return true;
}

/**
 * @param {import('./server.mjs').BenchServer} server @param {import('./options.mjs').Options} options
 * @param {(line: string) => void} say @returns {Promise<Contest>}
 */
async function measureContest(server, options, say) {
  const { short, limitMs, only } = options;
  const here = machine(server);
  const { contestants: all, absent } = findContestants();
  const contestants = chosen(all, only);
  for (const { name, reason } of absent) say(`${name} does not take part: ${reason}`);
  say('start-up');
  const startUp = await measureStartUp(contestants, short ? 1 : 21);
  const results = [];
  for (const corpus of corpora(short ? shortSizes : fullSizes)) {
    if (!options.corpora.includes(corpus.letter)) continue;
    say(`${corpus.label}: ${corpus.title}`);
    const rounds = options.rounds ?? (short ? 1 : corpus.letter === 'A' ? 7 : 3);
    const result = await contest(server, corpus, contestants, { rounds, limitMs, say });
    const { letter, label, title } = corpus;
    results.push({ letter, label, title, rounds, results: result });
  }
  say('round trips');
  const size = short ? { files: 20, rounds: 1 } : { files: 300, rounds: 3 };
  const trips = await countRoundTrips(server, contestants, { ...size, limitMs });
  say('swaps');
  const latency = await measureLatency(options, say);
  const versions = Object.fromEntries(contestants.map(({ name, version }) => [name, version]));
  return { machine: here, short, versions, absent, startUp, corpora: results, trips, latency };
}

/**
 * The floors, and of the others those that were asked for.
 * @param {readonly import('./contestants.mjs').Contestant[]} all @param {readonly string[] | null} only
 */
function chosen(all, only) {
  const unknown = only?.find((wanted) => !all.some(({ name }) => name === wanted));
  if (unknown !== undefined) {
    const names = all.map(({ name }) => name).join(', ');
    throw new Error(`there is no contestant "${unknown}": give some of ${names}`);
  }
  return all.filter(({ name, kind }) => kind === 'floor' || (only?.includes(name) ?? true));
}

/** @param {import('./server.mjs').BenchServer} server @returns {Machine} */
function machine(server) {
  const [processor] = cpus();
  return {
    node: process.versions.node,
    postgres: server.version,
    psql: psqlHere(),
    processor: processor?.model ?? 'unknown',
    cores: cpus().length,
    load: loadavg()[0] ?? 0,
  };
}

/** `17.5, the binary on the PATH` */
function psqlHere() {
  try {
    const { version, found } = findPsql();
    return `${version}, the binary ${found}`;
  } catch {
    return null;
  }
}

/** @param {string} name @param {unknown} measured @param {(line: string) => void} say */
function keep(name, measured, say) {
  const directory = fileURLToPath(new URL('../results', import.meta.url));
  mkdirSync(directory, { recursive: true });
  const file = `${directory}/${name}.json`;
  writeFileSync(file, `${JSON.stringify(measured, null, 2)}\n`);
  say(`all figures: ${file}`);
}
