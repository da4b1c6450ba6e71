import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyDatabaseName, type DatabaseName } from '../support/database.js';
import { installPacked } from '../support/packed.js';
import { connect, urlFor } from '../support/server.js';

/** Programs that have the package installed as it is published, on a real server. */
let folder: string;
let database: DatabaseName;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'pgm-test-packed-')));
  await installPacked(folder);
  await write('shop/001_orders.sql', 'CREATE TABLE IF NOT EXISTS public.orders (id int);');
  database = emptyDatabaseName();
});

afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

/** Would break every connection if it were read. */
const nonsense = {
  PGHOST: 'nowhere.invalid',
  PGPORT: '1',
  PGUSER: 'nobody',
  PGPASSWORD: 'wrong',
  PGDATABASE: 'nothing',
  PGSSLMODE: 'verify-full',
  PGTARGETSESSIONATTRS: 'any',
  PGMAX: '0',
  DATABASE_URL: 'postgresql://nobody@nowhere.invalid/nothing',
  PGM_DRY_RUN: 'true',
  PGM_HISTORY_SCHEMA: 'elsewhere',
};

test('every function answers with its document, prints nothing, and reads no variable', async () => {
  const ran = await program(`
    const server = { databaseUrl: ${JSON.stringify(database.url)} };
    const files = { dir: 'migrations' };
    const environment = () => JSON.stringify(Object.entries(process.env).toSorted());
    const before = environment();
    const events = [];
    const onEvent = ({ kind }) => { events.push(kind); };
    give('ensured', await library.ensureDb(server));
    give('migrated', await library.migrate({ ...server, ...files, onEvent }));
    give('status', await library.status({ ...server, ...files }));
    give('baseline', await library.baseline({ ...server, ...files }));
    give('drift', await library.drift({ ...server, ...files }));
    const shadow = { shadowUrl: server.databaseUrl };
    give('driftOfFiles', await library.drift({ ...server, ...files, ...shadow }));
    give('schema', await library.schema(server));
    give('schemaOfFiles', await library.schema({ ...files, ...shadow }));
    give('lint', await library.lint(files));
    give('lintLive', await library.lint({ ...server, ...files }));
    give('verify', await library.verify({ ...files, shadowUrl: server.databaseUrl }));
    give('events', events);
    give('sameEnvironment', environment() === before);
    give('listeners', ['SIGTERM', 'SIGINT', 'unhandledRejection'].map((name) => process.listenerCount(name)));
  `);
  expect(ran).toMatchObject({ stdout: '', stderr: '', exitCode: 0 });
  expect(ran.given).toMatchObject({
    ensured: 'created',
    migrated: { upToDate: true, applied: [{ key: 'shop/001_orders.sql', reason: 'pending' }] },
    status: { upToDate: true, counts: { applied: 1 }, source: { origin: 'dir' } },
    baseline: [],
    drift: { verdict: 'in step', objects: [] },
    driftOfFiles: { verdict: 'in step', objects: [] },
    schema: expect.stringContaining('CREATE TABLE public.orders') as string,
    schemaOfFiles: ran.given['schema'],
    lint: { counts: { files: 1 }, base: null },
    lintLive: { files: [{ due: false }] },
    verify: { fit: true, files: [{ verdict: 'fit' }] },
    events: expect.arrayContaining([
      'source-read',
      'migration-applied',
      'run-finished',
    ]) as string[],
    sameEnvironment: true,
    listeners: [0, 0, 0],
  });
});

test('what goes wrong is thrown as an error of its own, with a name and a code', async () => {
  const wrong = new URL(database.url);
  wrong.password = 'c4nary';
  const ran = await program(`
    const server = { databaseUrl: ${JSON.stringify(database.url)} };
    const files = { dir: 'migrations' };
    const calls = {
      options: () => library.migrate({ ...server, ...files, lockwaitMs: 1 }),
      directory: () => library.migrate({ ...server, dir: 'missing' }),
      password: () => library.status({ ...files, databaseUrl: ${JSON.stringify(wrong.href)}, waitTimeoutMs: 0 }),
      away: () => library.status({ ...files, databaseUrl: 'postgresql://u@localhost:1/db', waitTimeoutMs: 0 }),
      missing: () => library.schema({ databaseUrl: ${JSON.stringify(urlFor('not_there'))} }),
      aborted: () => library.lint({ ...files, signal: AbortSignal.abort() }),
    };
    for (const [name, call] of Object.entries(calls)) {
      const error = await call().then(() => null, (thrown) => thrown);
      give(name, [error instanceof library.PgmError, error?.name, error?.code, error?.message]);
    }
  `);
  expect(ran).toMatchObject({ stdout: '', stderr: '', exitCode: 0 });
  const { given } = ran;
  expect(given['options']).toEqual([true, 'ConfigurationError', null, expect.any(String)]);
  expect(given['directory']).toEqual([true, 'SourceMissing', null, expect.any(String)]);
  expect(given['password']).toEqual([true, 'Refused', '28P01', expect.any(String)]);
  expect(given['away']).toEqual([true, 'PostgresUnreachable', null, expect.any(String)]);
  expect(given['missing']).toEqual([true, 'DatabaseMissing', null, expect.any(String)]);
  expect(given['aborted']).toEqual([true, 'Interrupted', null, expect.any(String)]);
  expect(JSON.stringify(given)).not.toContain('c4nary');
});

test('signal ends a run in the middle of a file, and watch without an error; nobody is left behind', async () => {
  await write('shop/002_slow.sql', 'SELECT pg_sleep(3600);');
  const ran = await program(`
    const options = { databaseUrl: ${JSON.stringify(database.url)}, dir: 'migrations' };
    for (const name of ['migrate', 'watch']) {
      const stopping = new AbortController();
      const onEvent = ({ kind, key }) => {
        if (kind === 'migration-started' && key === 'shop/002_slow.sql') stopping.abort();
      };
      const call = library[name]({ ...options, signal: stopping.signal, graceMs: 0, onEvent });
      give(name, await call.then(() => 'settled', (error) => error.name));
    }
  `);
  expect(ran).toMatchObject({
    stdout: '',
    stderr: '',
    exitCode: 0,
    given: { migrate: 'Interrupted', watch: 'settled' },
  });
  const sql = connect(database.name);
  try {
    const others = await sql`select query from pg_stat_activity
      where datname = ${database.name} and application_name like 'pgm/%'`;
    expect(others).toEqual([]);
    expect(
      await sql`select 1 from pgm.migrations where filename = '002_slow.sql' and state = 'applied'`,
    ).toEqual([]);
  } finally {
    await sql.end();
  }
});

function write(path: string, sql: string): Promise<void> {
  const file = join(folder, 'migrations', path);
  return mkdir(join(file, '..'), { recursive: true }).then(() => writeFile(file, sql));
}

interface Ran {
  readonly exitCode: number | string;
  readonly stdout: string;
  readonly stderr: string;
  readonly given: Readonly<Record<string, unknown>>;
}

/** Runs a program that hands values over by `give`; it has to end by itself. */
async function program(body: string): Promise<Ran> {
  const text = `
    import { writeFileSync } from 'node:fs';
    import * as library from 'postgres-manager';
    const given = {};
    const give = (name, value) => { given[name] = value; writeFileSync('given.json', JSON.stringify(given)); };
    ${body}`;
  await writeFile(join(folder, 'program.mjs'), text);
  await rm(join(folder, 'given.json'), { force: true });
  const env = { PATH: process.env['PATH'], ...nonsense };
  return new Promise((resolve) => {
    execFile(process.execPath, ['program.mjs'], { cwd: folder, env }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : (error.code ?? 'none');
      void readFile(join(folder, 'given.json'), 'utf8').then(
        (json) => {
          resolve({ exitCode, stdout, stderr, given: JSON.parse(json) as Ran['given'] });
        },
        () => {
          resolve({ exitCode, stdout, stderr, given: {} });
        },
      );
    });
  });
}
