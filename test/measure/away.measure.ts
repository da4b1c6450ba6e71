import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';
import { freePort, get, until } from '../support/http.js';
import { RunningPgm } from '../support/pgm.js';
import { connect, type OwnServer, startServer } from '../support/server.js';
import { makeTree, type Tree } from '../support/tree.js';
import { waitsForLock } from '../support/waiting.js';
import { processorMs } from './bench.js';

/** What is promised, in milliseconds; a line may take a moment to be written. */
const most = { firstFile: 1_500, smartShutdown: 2_000, firstLine: 5_000 + 250 };

/** Each a second after the one before, so that it asks PostgreSQL. */
const probes = 30;

/** So many at once, so often, for each time away: twenty. */
const watches = 5;
const rounds = 4;

let server: OwnServer;
const pods: Pod[] = [];

beforeAll(async () => {
  server = await startServer();
});

afterEach(async () => {
  for (const pod of pods.splice(0)) await pod.close();
});

afterAll(() => server.remove());

/** One `pgm watch` with a database and files of its own. */
interface Pod {
  readonly database: Database;
  readonly tree: Tree;
  readonly running: RunningPgm;
  readonly port: number;
  close(): Promise<void>;
}

async function startPod(files: Readonly<Record<string, string>>): Promise<Pod> {
  const database = await createDatabase(server);
  const tree = await makeTree(files);
  const port = await freePort();
  const args = ['watch', '--dir', tree.directory, '--health-port', String(port)];
  const running = new RunningPgm(args, { DATABASE_URL: database.url });
  const pod: Pod = {
    ...{ database, tree, running, port },
    close: async () => {
      await running.stop('SIGKILL');
      await database.drop();
      await tree.remove();
    },
  };
  pods.push(pod);
  return pod;
}

/** A file that keeps the time at which it ran. */
const stamped = (name: string): string => `create table ${name} as select clock_timestamp() as at;`;

test.each([1, 20, 120])(
  'a file that waits for PostgreSQL, away for %i s, runs when it is ready',
  { timeout: 1_200_000 },
  async (seconds) => {
    const all = await Promise.all(
      Array.from({ length: watches }, () => startPod({ 'a/1000_x.sql': 'select 1;' })),
    );
    for (const { port } of all) await until(port, '/readiness', 200);
    const late: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const name = `t_${round}`;
      await server.stop('fast');
      for (const { tree } of all) await tree.write({ [`a/${round}_x.sql`]: stamped(name) });
      await delay(seconds * 1_000);
      const [readyAt] = await Promise.all([ready(), server.restart()]);
      late.push(
        ...(await Promise.all(all.map((pod) => ranAt(pod, round, name)))).map(since(readyAt)),
      );
    }
    const inTime = late.filter((ms) => ms <= most.firstFile).length;
    const times = `${inTime} of ${late.length} within ${most.firstFile} ms`;
    row(`PostgreSQL ready to first file, away for ${seconds} s, slowest`, Math.max(...late), times);
    expect(inTime).toBe(late.length);
  },
);

/** When the server first takes a session, in milliseconds since 1970. */
async function ready(): Promise<number> {
  for (;;) {
    const sql = connect('postgres', server);
    const isUp = await sql`select 1`.then(
      () => true,
      () => false,
    );
    const at = Date.now();
    await sql.end({ timeout: 0 });
    if (isUp) return at;
    await delay(10);
  }
}

async function ranAt({ running, database }: Pod, round: number, name: string): Promise<number> {
  await running.printed(new RegExp(`a/${round}_x\\.sql applied`));
  const sql = connect(database.name, server);
  const [stamp] = await sql.unsafe<{ at: Date }[]>(`select at from ${name}`);
  await sql.end({ timeout: 0 });
  return stamp?.at.getTime() ?? NaN;
}

/** It may run before somebody else has seen that the server is ready. */
function since(readyAt: number): (at: number) => number {
  return (at) => Math.max(0, at - readyAt);
}

test('a smart shutdown with watch at rest, probed twice a second', async () => {
  const { port } = await startPod({ 'a/001_x.sql': 'select 1;' });
  await until(port, '/readiness', 200);
  const over = new AbortController();
  const probing = (async () => {
    while (!over.signal.aborted) {
      await get(port, '/readiness');
      await delay(500);
    }
  })();
  await delay(2_000);
  const began = performance.now();
  await server.stop('smart');
  const ms = performance.now() - began;
  over.abort();
  await probing;
  await server.restart();
  row('pg_ctl stop -m smart with watch at rest and probed', ms, `at most ${most.smartShutdown}`);
  expect(ms).toBeLessThan(most.smartShutdown);
});

test('the first line on a first file that takes long', async () => {
  await server.stop('fast');
  const tree = await makeTree({ 'a/001_x.sql': 'select pg_advisory_xact_lock(4711);' });
  const url = `postgresql://${server.user}:${server.password}@${server.host}:${server.port}/postgres`;
  const port = String(await freePort());
  const args = ['watch', '--dir', tree.directory, '--health-port', port, '--lock-timeout', '0'];
  const pgm = new RunningPgm(args, { DATABASE_URL: url });
  await pgm.printed(/trying again until it works/);
  // The lock is taken before pgm can look.
  pgm.child.kill('SIGSTOP');
  await server.restart();
  const holder = connect('postgres', server);
  await holder`select pg_advisory_lock(4711)`;
  pgm.child.kill('SIGCONT');
  await waitsForLock(holder);
  const began = performance.now();
  await pgm.printed(/PostgreSQL answers after/);
  const answers = performance.now() - began;
  await pgm.printed(/a\/001_x\.sql has been running for/);
  const named = performance.now() - began;
  await holder.end();
  await pgm.stop('SIGKILL');
  await tree.remove();
  row('a slow first file begins to "PostgreSQL answers"', answers, `at most ${most.firstLine}`);
  row('a slow first file begins to its name in the log', named, `at most ${most.firstLine}`);
  expect(Math.max(answers, named)).toBeLessThan(most.firstLine);
});

test('a probe that asks PostgreSQL costs pgm so much processor time', async () => {
  const { port, running } = await startPod({ 'a/001_x.sql': 'select 1;' });
  await until(port, '/readiness', 200);
  await delay(2_000);
  const pid = running.child.pid ?? 0;
  const cost = async (each: () => Promise<unknown>): Promise<number> => {
    const before = processorMs(pid);
    for (let n = 0; n < probes; n += 1) {
      await delay(1_050);
      await each();
    }
    return (processorMs(pid) - before) / probes;
  };
  const atRest = await cost(() => Promise.resolve());
  const probed = await cost(() => get(port, '/readiness'));
  row('processor time of pgm for a probe', probed - atRest, 'each on a connection of its own');
});

function row(what: string, ms: number, about: string): void {
  process.stdout.write(`${what.padEnd(84)} ${ms.toFixed(0)} ms (${about})\n`);
}
