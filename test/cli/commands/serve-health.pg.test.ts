import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  createDatabase,
  type Database,
  type DatabaseName,
  emptyDatabaseName,
} from '../../support/database.js';
import { freePort, get, unreadyReason, until } from '../../support/http.js';
import { pgm, RunningPgm } from '../../support/pgm.js';
import { makeTree, type Tree } from '../../support/tree.js';

let tree: Tree;
let running: RunningPgm | null = null;
let database: Database | DatabaseName;

beforeEach(async () => {
  tree = await makeTree({ 'a/001_x.sql': 'create table if not exists t (id int);' });
});

afterEach(async () => {
  await running?.stop();
  running = null;
  await tree.remove();
  await database.drop();
});

async function serve(url: string): Promise<number> {
  const port = await freePort();
  running = new RunningPgm(
    ['serve-health', '--dir', tree.directory, '--health-port', String(port)],
    {
      DATABASE_URL: url,
    },
  );
  await running.printed(/probes at/);
  return port;
}

test('503 until somebody has migrated, then 200, and it migrates nothing itself', async () => {
  const opened = await createDatabase();
  database = opened;
  const port = await serve(opened.url);
  await expect
    .poll(async () => (await get(port, '/readiness')).body)
    .toMatchObject({ status: 'not ready', reason: '1 pending', postgres: 'up' });
  expect((await get(port, '/readiness')).status).toBe(503);
  expect((await get(port, '/liveness')).status).toBe(200);
  expect((await get(port, '/health')).status).toBe(200);
  const [left] = await opened.sql`select to_regnamespace('pgm') as pgm, to_regclass('t') as t`;
  expect(left).toEqual({ pgm: null, t: null });
  await pgm(['migrate', '--dir', tree.directory], { DATABASE_URL: opened.url });
  const after = await until(port, '/readiness', 200);
  expect(after.body).toMatchObject({ status: 'ready', reason: null, migrations: { applied: 1 } });
});

test('a database that does not exist is a reason, and it is not created', async () => {
  database = emptyDatabaseName();
  const port = await serve(database.url);
  await expect.poll(() => unreadyReason(port)).toBe('database does not exist');
  const { stdout } = await pgm(['status', '--json', '--dir', tree.directory], {
    DATABASE_URL: database.url,
  });
  expect(JSON.parse(stdout)).toMatchObject({ databaseExists: false });
});

test('serve-health follows the source: a new file makes it 503 again', async () => {
  const opened = await createDatabase();
  database = opened;
  await pgm(['migrate', '--dir', tree.directory], { DATABASE_URL: opened.url });
  const port = await serve(opened.url);
  await until(port, '/readiness', 200);
  await tree.write({ 'a/002_x.sql': 'select 2;' });
  await until(port, '/readiness', 503);
  await expect.poll(() => unreadyReason(port)).toBe('1 pending');
});

test('SIGTERM ends it with exit 0', async () => {
  const opened = await createDatabase();
  database = opened;
  await serve(opened.url);
  expect(await running?.stop('SIGTERM')).toMatchObject({ exitCode: 0 });
});
