import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/library/open/compose.js';
import type { Clock } from '../../src/core/ports.js';
import { freePort, get, until } from '../support/http.js';
import { RunningPgm } from '../support/pgm.js';
import { Pod } from '../support/pod.js';
import { watchfulPatience } from '../support/run.js';
import { connect, type OwnServer, startServer, urlFor } from '../support/server.js';
import { makeTree, type Tree } from '../support/tree.js';
import { waitsForLock } from '../support/waiting.js';

let server: OwnServer;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server.remove());

/** A smart shutdown has begun: who connects is told so. */
async function isShuttingDown(): Promise<void> {
  const look = async (): Promise<string> => {
    const sql = connect('postgres', server);
    const answer = await sql`select 1`.then(() => 'takes sessions', String);
    await sql.end({ timeout: 0 });
    return answer;
  };
  await expect.poll(look).toContain('shutting down');
}

describe('a smart shutdown, which waits until every session has ended', () => {
  let tree: Tree;
  let port: number;
  let running: RunningPgm;

  beforeEach(async () => {
    tree = await makeTree({ 'a/001_x.sql': 'select 1;' });
    port = await freePort();
  });

  afterEach(async () => {
    await running.stop('SIGKILL');
    await tree.remove();
  });

  function start(command: string): void {
    running = new RunningPgm([command, '--dir', tree.directory, '--health-port', String(port)], {
      DATABASE_URL: urlFor('postgres', {}, server),
    });
  }

  test('is over while watch lives and was just probed, and watch goes on when the server is back', async () => {
    start('watch');
    await until(port, '/readiness', 200);
    await fetch(`http://localhost:${port}/status`);
    await server.stop('smart');
    expect((await get(port, '/liveness')).status).toBe(200);
    await tree.write({ 'a/002_y.sql': 'select 2;' });
    await running.printed(/trying again until it works/);
    await server.restart();
    await running.printed(/a\/002_y\.sql applied/);
    await until(port, '/readiness', 200);
  });

  test('is over while serve-health lives and was just probed', async () => {
    start('serve-health');
    await until(port, '/readiness', 200);
    await server.stop('smart');
    await until(port, '/readiness', 503);
    await server.restart();
    await until(port, '/readiness', 200);
  });
});

/** For which every file takes long enough to ask the server before the next. */
const slowMotion: Clock = { ...systemClock, now: () => systemClock.now() * 1_000 };

test('a smart shutdown in the middle of a file waits for that file and for no other', async () => {
  const holder = connect('postgres', server);
  await holder`select pg_advisory_lock(4711)`;
  const files = {
    'b/001_x.sql': 'create table b_one (); select pg_advisory_xact_lock(4711);',
    'b/002_y.sql': 'create table b_two ();',
  };
  // A history of its own: by such a clock the files were read long before all others.
  const target = {
    ...{ database: 'postgres', server, patience: watchfulPatience, historySchema: 'pgm_slow' },
  };
  const pod = new Pod(target, files, slowMotion);
  await waitsForLock(holder);
  const stopped = server.stop('smart');
  await isShuttingDown();
  // A session from before it still answers what the file waits for; its time goes by the clock of pgm.
  const from = pod.events.length;
  expect(await pod.told('migration-slow', from)).toMatchObject({
    progress: {
      blockers: [{ user: server.user }],
      runningMs: expect.toSatisfy((ms: number) => ms >= 300) as number,
    },
  });
  await holder.end();
  await stopped;
  const applied = (): unknown[] =>
    pod.events.flatMap((event) => (event.kind === 'migration-applied' ? [event.key] : []));
  expect(applied()).toEqual(['b/001_x.sql']);
  await server.restart();
  await pod.told('run-finished');
  expect(applied()).toEqual(['b/001_x.sql', 'b/002_y.sql']);
  expect(pod.events.map(({ kind }) => kind)).not.toContain('migration-failed');
  await pod.stop();
});
