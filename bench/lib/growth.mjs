/** How cost grows: with the number of files, and with the number of runners that want to apply them at once. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { contest } from './contest.mjs';
import { findContestants } from './contestants.mjs';
import { inserts } from './corpora.mjs';
import { runProgram } from './run-program.mjs';
import { serverProcessorMs } from './server-cost.mjs';
import { ask, createDatabase, dropDatabase } from './server.mjs';
import { makeTemporary, removeTemporary } from './temporary.mjs';

/**
 * @typedef {object} FilesPoint
 * @property {number} files
 * @property {readonly import('./contest.mjs').Result[]} results
 *
 * @typedef {object} RunnersPoint
 * @property {number} runners
 * @property {number | null} serverMsPerSecond Of processor time, all runners but one waiting.
 * @property {number} transactionsPerSecond Of the server, in that time.
 * @property {number} untilAllDoneMs From the moment the first can go on.
 * @property {string | null} problem
 *
 * @typedef {object} Growth
 * @property {readonly FilesPoint[]} files
 * @property {readonly RunnersPoint[]} runners
 */

const fileCounts = { full: [10, 100, 1_000, 10_000, 100_000], short: [10, 100] };
const runnerCounts = { full: [1, 2, 4, 8, 16, 32, 64], short: [1, 2, 4] };

/** The largest corpus takes longer than those of the contest. */
const longestRunMs = 600_000;

/**
 * @param {import('./server.mjs').BenchServer} server @param {import('./options.mjs').Options} options
 * @param {(line: string) => void} say @returns {Promise<Growth>}
 */
export async function measureGrowth(server, options, say) {
  const size = options.short ? 'short' : 'full';
  const files = await growFiles(server, fileCounts[size], options, say);
  const runners = await growRunners(server, runnerCounts[size], say);
  return { files, runners };
}

/**
 * The first size at which pgm takes too long is the last. @param {import('./server.mjs').BenchServer} server @param {readonly
 * number[]} counts @param {import('./options.mjs').Options} options @param {(line: string) => void} say
 */
async function growFiles(server, counts, options, say) {
  const taking = ['pgm', 'psql -1', 'bare client', 'drizzle-orm'];
  const contestants = findContestants().contestants.filter(({ name }) => taking.includes(name));
  /** @type {FilesPoint[]} */
  const points = [];
  for (const files of counts) {
    say(`${files} files`);
    const rounds = options.rounds ?? (files < 10_000 ? 3 : 1);
    const how = { rounds, limitMs: longestRunMs, say };
    const results = await contest(server, inserts(files), contestants, how);
    points.push({ files, results });
    if (results.some(({ kind, problem }) => kind === 'pgm' && problem !== null)) break;
  }
  return points;
}

/** @param {import('./server.mjs').BenchServer} server @param {readonly number[]} counts @param {(line: string) => void} say */
async function growRunners(server, counts, say) {
  const { contestants } = findContestants();
  const pgm = contestants.find(({ kind }) => kind === 'pgm');
  if (pgm === undefined) throw new Error('pgm is not built: run npm run build first');
  const directory = gatedFiles();
  /** @type {RunnersPoint[]} */
  const points = [];
  try {
    for (const runners of counts) {
      say(`${runners} runners`);
      points.push(await race(server, pgm, directory, runners));
    }
  } finally {
    removeTemporary(directory);
  }
  return points;
}

const gate = 4_711;
const effects = 10;

/** Ten files, the first of which waits at a gate that the benchmark holds. */
function gatedFiles() {
  const directory = makeTemporary('pgm-corpus-');
  mkdirSync(join(directory, 'public'));
  for (let n = 1; n <= effects; n += 1) {
    const insert = `insert into ledger values (${n}, 'entry ${n}');\n`;
    const wait = `-- pgm:lock-timeout 0\nselect pg_advisory_xact_lock_shared(${gate});\n`;
    const name = `${String(n).padStart(3, '0')}_entry.sql`;
    writeFileSync(join(directory, 'public', name), n === 1 ? wait + insert : insert);
  }
  return directory;
}

const windowMs = 5_000;

/**
 * Starts the runners with the gate shut, measures the server while one is at the gate and the others wait for it, opens the
 * gate and waits for all.
 * @param {import('./server.mjs').BenchServer} server @param {import('./contestants.mjs').Contestant} pgm
 * @param {string} directory @param {number} runners @returns {Promise<RunnersPoint>}
 */
async function race(server, pgm, directory, runners) {
  const database = 'bench_race';
  const corpus = inserts(effects);
  await createDatabase(server, database, corpus.prepare);
  const keeper = postgres(server.target(database).url, { max: 1, fetch_types: false });
  await keeper`select pg_advisory_lock(${gate})`;
  const command = pgm.fresh({ corpus, directory, target: server.target(database) });
  const patient = { ...command, args: [...command.args, '--lock-wait', '10m'] };
  const running = Array.from({ length: runners }, () => runProgram(patient, longestRunMs));
  try {
    await untilSettled(server, database, runners);
    const waiting = await watchServer(server, database);
    const since = performance.now();
    await keeper`select pg_advisory_unlock(${gate})`;
    const ran = await Promise.all(running);
    const untilAllDoneMs = performance.now() - since;
    const wrong = await judge(server, database, corpus.check);
    const failed = ran.find(({ kind }) => kind === 'failed');
    const problem = failed?.kind === 'failed' ? failed.reason : wrong;
    return { runners, ...waiting, untilAllDoneMs, problem };
  } finally {
    await keeper.end({ timeout: 0 });
    await Promise.all(running);
    await dropDatabase(server, database);
  }
}

/** Until every runner has a session and no more come for two seconds. @param {import('./server.mjs').BenchServer} server @param {string} database @param {number} runners */
async function untilSettled(server, database, runners) {
  const deadline = performance.now() + 120_000;
  let sessions = 0;
  let since = performance.now();
  while (sessions < runners || performance.now() - since < 2_000) {
    if (performance.now() > deadline)
      throw new Error(`${runners} runners did not all connect in 120 s`);
    await delay(200);
    const [row] = await server.sql`
      select count(*)::int as n from pg_stat_activity
      where datname = ${database} and application_name like 'pgm/%'`;
    const now = Number(row?.['n']);
    if (now !== sessions) since = performance.now();
    sessions = now;
  }
}

/** @param {import('./server.mjs').BenchServer} server @param {string} database */
async function watchServer(server, database) {
  const transactions = async () => {
    const [row] = await server.sql`
      select (xact_commit + xact_rollback)::int as n from pg_stat_database where datname = ${database}`;
    return Number(row?.['n']);
  };
  const [before, used, since] = [
    await transactions(),
    serverProcessorMs(server.directory),
    performance.now(),
  ];
  await delay(windowMs);
  const usedNow = serverProcessorMs(server.directory);
  const seconds = (performance.now() - since) / 1_000;
  const serverMsPerSecond = used === null || usedNow === null ? null : (usedNow - used) / seconds;
  return { serverMsPerSecond, transactionsPerSecond: ((await transactions()) - before) / seconds };
}

/** @param {import('./server.mjs').BenchServer} server @param {string} database @param {string} check */
async function judge(server, database, check) {
  const right = `rows ${effects}, different ${effects}, sum ${(effects * (effects + 1)) / 2}`;
  const found = await ask(server, database, check);
  return found === right ? null : `wrong result: ${found ?? 'nothing'}; right is ${right}`;
}
