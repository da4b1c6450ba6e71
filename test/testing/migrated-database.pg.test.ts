import postgres from 'postgres';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  type MigratedDatabase,
  migratedDatabase,
  type TestContext,
  type TestDatabaseOptions,
  withMigratedDatabase,
} from '../../src/testing/index.js';
import { surroundings } from '../../src/testing/surroundings.js';
import { createDatabase, type Database } from '../support/database.js';
import { asAdmin, testServer, urlFor } from '../support/server.js';
import { makeTree, type Tree } from '../support/tree.js';

/** On the server of this project, as with PGM_TEST_DATABASE_URL: what the embedded one adds is in shared.pg.test.ts. */
let tree: Tree;
let maintenance: Database;

beforeAll(async () => {
  maintenance = await createDatabase();
  tree = await makeTree({
    'shop/001_schema.sql': 'create schema shop; create table shop.orders (id int primary key);',
    'shop/002_orders.sql': 'insert into shop.orders values (1);',
  });
});

afterAll(async () => {
  await maintenance.drop();
  await tree.remove();
  for (const name of await namesLike('pgm_template_%')) {
    await asAdmin((sql) => sql.unsafe(`alter database ${name} with is_template false`));
    await asAdmin((sql) => sql.unsafe(`drop database ${name}`));
  }
});

function make(more: TestDatabaseOptions = {}): Promise<MigratedDatabase> {
  return migratedDatabase({ databaseUrl: urlFor(maintenance.name), dir: tree.directory, ...more });
}

async function query(url: string, text: string): Promise<readonly object[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  return sql.unsafe(text).finally(() => sql.end());
}

async function namesLike(pattern: string): Promise<readonly string[]> {
  const rows = await asAdmin(
    (sql) => sql`select datname from pg_database where datname like ${pattern} order by oid`,
  );
  return rows.map(({ datname }) => String(datname));
}

const exists = async (name: string): Promise<boolean> => (await namesLike(name)).length === 1;

test('each call gives a database of its own with everything applied, and drop removes it', async () => {
  const made = await Promise.all([make(), make(), make()]);
  const [one, other] = made;
  expect(new Set(made.map(({ database }) => database)).size).toBe(3);
  await query(one.url, 'insert into shop.orders values (2)');
  expect(await query(one.url, 'select id from shop.orders')).toHaveLength(2);
  expect(await query(other.url, 'select id from shop.orders')).toHaveLength(1);
  const { host, port, user, password } = testServer();
  expect(one).toMatchObject({ host, port, user, password });
  await Promise.all(made.map((each) => each.drop()));
  await one.drop();
  for (const { database } of made) expect(await exists(database)).toBe(false);
});

test('the files are applied once: every database is a copy of a sealed template', async () => {
  const before = await namesLike('pgm_template_%');
  const applied = async (): Promise<readonly object[]> => {
    const database = await make();
    const rows = await query(database.url, 'select applied_at::text from pgm.migrations');
    await database.drop();
    return rows;
  };
  expect(await applied()).toEqual(await applied());
  expect(await namesLike('pgm_template_%')).toEqual(before);
  await expect(query(urlFor(before[0]!), 'select 1')).rejects.toThrow('not currently accepting');
});

test('a changed file, and --to, lead to another template; the newest eight stay', async () => {
  const edited = await makeTree({ 'shop/001_x.sql': 'create table x (n int)' });
  for (let n = 1; n <= 10; n += 1) {
    await edited.write({ 'shop/002_y.sql': `insert into x values (${n})` });
    const database = await make({ dir: edited.directory });
    expect(await query(database.url, 'select n from x')).toEqual([{ n }]);
    await database.drop();
  }
  const early = await make({ dir: edited.directory, to: 'shop/001' });
  expect(await query(early.url, 'select n from x')).toEqual([]);
  await early.drop();
  expect(await namesLike('pgm_template_%')).toHaveLength(8);
  // The first one is gone, though this process has used it.
  await (await make()).drop();
  await edited.remove();
});

test('a file that fails is told with its place and a caret, and nothing is left of the try', async () => {
  const broken = await makeTree({
    'shop/001_x.sql': 'create table x (n int);',
    'shop/002_y.sql': 'select 1;\ninsert into y values (1);\n',
  });
  // Tests beside this one have others.
  const before = await namesLike('pgm_te%');
  const error = (await make({ dir: broken.directory }).catch((thrown: unknown) => thrown)) as Error;
  expect(error.name).toBe('FilesFailed');
  expect(error.message).toContain(
    `the test database cannot be created:\n${broken.directory}/shop/002_y.sql:2:13: relation "y" does not exist (SQLSTATE 42P01)\n` +
      '  2 | insert into y values (1);\n    |             ^',
  );
  expect(await namesLike('pgm_te%')).toEqual(before);
  await broken.write({ 'shop/002_y.sql': 'insert into x values (1);' });
  await (await make({ dir: broken.directory })).drop();
  await broken.write({ 'shop/003_z.sql': new Uint8Array([0xff]) });
  await expect(make({ dir: broken.directory })).rejects.toThrow(/003_z\.sql: .*UTF-8/);
  await broken.remove();
  await expect(make({ dir: broken.directory })).rejects.toThrow('does not exist');
});

test('what a database has as a whole, settings and privileges, is copied too', async () => {
  const whole = await makeTree({
    'public/001_settings.sql': `do $$ begin
      execute format('alter database %I set search_path to "a b", public', current_database());
      execute format('alter database %I set app.tenant to %L', current_database(), 'it''s');
      execute format('alter role ${testServer().user} in database %I set work_mem to ''5MB''', current_database());
      execute format('revoke connect on database %I from public', current_database());
      execute format('grant create on database %I to pg_monitor with grant option', current_database());
    end $$;`,
  });
  const database = await make({ dir: whole.directory });
  expect(
    await query(
      database.url,
      `select current_setting('search_path') as path, current_setting('app.tenant') as tenant,
  current_setting('work_mem') as memory, has_database_privilege('pg_monitor', current_database(), 'create with grant option') as monitor,
  has_database_privilege('pg_read_all_data', current_database(), 'connect') as everybody`,
    ),
  ).toEqual([
    { path: '"a b", public', tenant: "it's", memory: '5MB', monitor: true, everybody: false },
  ]);
  await database.drop();
  await whole.remove();
});

/** Contexts as the runners make them: `end` does what they do when a test is over. */
const contexts: readonly {
  readonly runner: string;
  readonly open: () => {
    readonly test: TestContext;
    readonly end: (failed: boolean) => Promise<void>;
  };
}[] = [
  {
    runner: 'vitest',
    open: () => {
      const hooks: (() => Promise<void>)[] = [];
      const task = { result: { state: 'run' } };
      return {
        test: { task, onTestFinished: (hook) => void hooks.push(hook) },
        end: async (failed) => {
          task.result.state = failed ? 'fail' : 'pass';
          for (const hook of hooks) await hook();
        },
      };
    },
  },
  {
    runner: 'node:test',
    open: () => {
      const hooks: (() => Promise<void>)[] = [];
      const context = { passed: false, error: null as Error | null };
      const test = Object.assign(context, {
        after: (hook: () => Promise<void>) => void hooks.push(hook),
      });
      return {
        test,
        end: async (failed) => {
          context.passed = !failed;
          for (const hook of hooks) await hook();
        },
      };
    },
  },
];

test.each(contexts)('with the context of $runner the end of the test decides', async ({ open }) => {
  const print = vi.spyOn(surroundings, 'print').mockImplementation(() => undefined);
  for (const failed of [false, true]) {
    const { test: context, end } = open();
    const database = await make({ test: context, keep: 'on-failure' });
    // As `await using` does before the runner knows how the test ended.
    await database[Symbol.asyncDispose]();
    expect(await exists(database.database)).toBe(true);
    await end(failed);
    // That of node:test goes on by itself.
    const over = () =>
      failed ? print.mock.calls.length > 0 : exists(database.database).then((is) => !is);
    await expect.poll(over).toBe(true);
    expect(await exists(database.database)).toBe(failed);
    expect(print).toHaveBeenCalledTimes(failed ? 1 : 0);
    await asAdmin((sql) => sql.unsafe(`drop database if exists ${database.database}`));
  }
  print.mockRestore();
});

test("Playwright's testInfo says how the test has ended", async () => {
  const print = vi.spyOn(surroundings, 'print').mockImplementation(() => undefined);
  const info = { status: 'passed', expectedStatus: 'passed' };
  const passed = await make({ test: info, keep: 'on-failure' });
  await passed.drop();
  expect(await exists(passed.database)).toBe(false);
  info.status = 'timedOut';
  const kept = await make({ test: info, keep: 'on-failure' });
  await kept[Symbol.asyncDispose]();
  expect(await exists(kept.database)).toBe(true);
  await asAdmin((sql) => sql.unsafe(`drop database ${kept.database}`));
  print.mockRestore();
});

test('a kept database is told without the password, and swept after an hour', async () => {
  const print = vi.spyOn(surroundings, 'print').mockImplementation(() => undefined);
  let name = '';
  const use = ({ database }: MigratedDatabase): void => {
    name = database;
    throw new Error('the test');
  };
  const options: TestDatabaseOptions = {
    databaseUrl: urlFor(maintenance.name),
    dir: tree.directory,
    keep: 'on-failure',
  };
  await expect(withMigratedDatabase(options, use)).rejects.toThrow('the test');
  expect(await exists(name)).toBe(true);
  const { host, port, user } = testServer();
  expect(print.mock.calls).toEqual([
    [`postgres-manager: kept for 60 minutes: postgresql://${user}@${host}:${port}/${name}`],
  ]);
  print.mockRestore();
  const another = { ...options, databaseUrl: urlFor('template1') };
  await withMigratedDatabase(another, async () => {
    expect(await exists(name)).toBe(true);
  });
  const old = 'kept after a test by postgres-manager, at 2001-01-01T00:00:00.000Z';
  await asAdmin((sql) => sql.unsafe(`comment on database ${name} is '${old}'`));
  // Whoever connects sweeps.
  const first = { ...options, databaseUrl: `${urlFor(maintenance.name)}?sslmode=disable` };
  await withMigratedDatabase(first, async () => {
    expect(await exists(name)).toBe(false);
  });
});

test('mistakes are told by what is wrong and what to do, with no secret', async () => {
  await expect(make({ databaseUrl: 'mysql://u:secret@h/d' })).rejects.toThrow(
    'databaseUrl: it must start with postgresql:// or postgres://',
  );
  await expect(make({ databaseUrl: 'postgresql://h/d?options=secret' })).rejects.toThrow(
    'databaseUrl: only its parameters sslmode and sslrootcert are known here',
  );
  const role = `pgm_test_${maintenance.name}`;
  await asAdmin((sql) => sql.unsafe(`create role ${role} login password 'secret'`));
  const databaseUrl = urlFor(maintenance.name, { user: role, password: 'secret' });
  await expect(make({ databaseUrl })).rejects.toThrow(`ALTER ROLE "${role}" CREATEDB`);
  await asAdmin((sql) => sql.unsafe(`alter role ${role} createdb`));
  // What it made is its own.
  await (await make({ databaseUrl })).drop();
  const [own] = (await namesLike('pgm_template_%')).slice(-1);
  await asAdmin((sql) => sql.unsafe(`alter database ${own!} with is_template false`));
  await asAdmin((sql) => sql.unsafe(`drop database ${own!}`));
  await asAdmin((sql) => sql.unsafe(`drop role ${role}`));
  const wrong = urlFor(maintenance.name, { password: 'wrong-secret' });
  const error = (await make({ databaseUrl: wrong }).catch((thrown: unknown) => thrown)) as Error;
  expect(error.message).not.toContain('wrong-secret');
  expect(error.name).toBe('Refused');
});
