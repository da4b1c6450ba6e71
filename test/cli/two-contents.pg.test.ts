import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';
import { freePort, get, until } from '../support/http.js';
import { pgm, RunningPgm } from '../support/pgm.js';
import { asAdmin } from '../support/server.js';
import { makeTree, type Tree } from '../support/tree.js';

let older: Tree;
let newer: Tree;
let database: Database;
let running: RunningPgm[] = [];

beforeAll(async () => {
  older = await makeTree({ 'a/001_x.sql': 'select 1;' });
  newer = await makeTree({ 'a/001_x.sql': 'select 2;', 'a/002_y.sql': 'select 3;' });
});

beforeEach(async () => {
  database = await createDatabase();
});

afterEach(async () => {
  await Promise.all(running.map((each) => each.stop('SIGKILL')));
  running = [];
  await database.drop();
});

afterAll(async () => {
  await older.remove();
  await newer.remove();
});

function environment({ directory }: Tree): Record<string, string> {
  return { DATABASE_URL: database.url, MIGRATIONS_DIR: directory };
}

async function watch(
  tree: Tree,
): Promise<{ readonly watching: RunningPgm; readonly port: number }> {
  const port = await freePort();
  const watching = new RunningPgm(['watch', '--health-port', String(port)], environment(tree));
  running.push(watching);
  await until(port, '/readiness', 200);
  return { watching, port };
}

/** Asks the probe, as the kubelet does, until the log has the line. */
async function probedUntil(port: number, { output }: { output: () => string }, line: RegExp) {
  await expect.poll(() => get(port, '/readiness').then(output, output)).toMatch(line);
}

test('watch that is superseded says so once, stays ready, and shows it in metrics, page and status', async () => {
  const { watching, port } = await watch(older);
  expect((await pgm(['migrate'], environment(newer))).exitCode).toBe(0);
  await probedUntil(port, { output: () => watching.output }, /WARN .*is superseded by revision/);
  const ready = await get(port, '/readiness');
  expect([ready.status, ready.body['ready']]).toEqual([200, true]);
  expect((await get(port, `/readiness?revision=${String(ready.body['revision'])}`)).status).toBe(
    503,
  );
  const metrics = await (await fetch(`http://localhost:${port}/metrics`)).text();
  expect(metrics).toMatch(/^pgm_superseded(?:\{.*\})? 1$/m);
  const page = await (await fetch(`http://localhost:${port}/`)).text();
  expect(page).toContain('<dt>Wanted</dt>');
  expect(page).toContain('it was once applied in full: superseded by revision');
  const shown = await pgm(['status'], environment(older));
  expect(shown.stdout).toMatch(/not up to date: superseded by revision \w{12}: 1 changed/);
  expect(shown.stdout).toMatch(/wanted +revision \w{12}, by \S+@\S+ since /);
  const document: unknown = JSON.parse(
    (await pgm(['status', '--json'], environment(older))).stdout,
  );
  expect(document).toMatchObject({ superseded: true, intent: { inFull: true, schemas: null } });
  expect(watching.output.match(/is superseded by/g)).toHaveLength(1);
});

test('migrate --dry-run says whom it would supersede, and records nothing', async () => {
  await pgm(['migrate'], environment(newer));
  const dry = await pgm(['migrate', '--dry-run'], environment(older));
  expect(dry.stdout + dry.stderr).toMatch(/would supersede revision \w{12} \(\S+@\S+, since /);
  expect(await database.sql`select count(*)::int as n from pgm.intents`).toEqual([{ n: 1 }]);
});

test('serve-health knows from the history alone that its revision is superseded', async () => {
  await pgm(['migrate'], environment(older));
  await pgm(['migrate'], environment(newer));
  const port = await freePort();
  const args = ['serve-health', '--health-port', String(port)];
  running.push(new RunningPgm(args, environment(older)));
  const { body } = await until(port, '/readiness', 200);
  expect(body).toMatchObject({ ready: true, migrations: { changed: 1 } });
});

test('PostgreSQL away at rest is one line when it turns, and one when it is over', async () => {
  const { watching, port } = await watch(older);
  const log = { output: () => watching.output };
  const name = database.sql(database.name);
  await asAdmin(async (sql) => {
    await sql`alter database ${name} allow_connections false`;
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${database.name}`;
  });
  await probedUntil(port, log, /WARN .*not ready for \d+(?:\.\d+)? s: postgres/);
  await asAdmin((sql) => sql`alter database ${name} allow_connections true`);
  await probedUntil(port, log, /INFO .*ready again after \d+/);
  expect(watching.output.match(/not ready for/g)).toHaveLength(1);
});
