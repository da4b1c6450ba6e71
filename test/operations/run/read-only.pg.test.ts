import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Refused } from '../../../src/core/errors.js';
import { createDatabase, type Database, emptyDatabaseName } from '../../support/database.js';
import { migrateFiles, type Target } from '../../support/run.js';
import { asAdmin, startServer, testServer } from '../../support/server.js';

let database: Database;
let role: string;

beforeAll(async () => {
  database = await createDatabase();
  role = `Writer of ${database.name}`;
  await asAdmin((sql) => sql.unsafe(`create role "${role}" login superuser password 'canary'`));
});

afterAll(async () => {
  await database.drop();
  await asAdmin((sql) => sql.unsafe(`drop role "${role}"`));
});

const setting = 'default_transaction_read_only';

/** What `migrate` says at once, though it would wait 20 s for what passes. */
async function refusal(target: Partial<Target> = {}): Promise<string> {
  const server = { ...testServer(), user: role, password: 'canary' };
  const whole = { database: database.name, server, ...target };
  const error = await migrateFiles({ 'a/001_x.sql': 'create table t ();' }, whole).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Refused);
  const { message } = error as Refused;
  expect(message).toContain(`(25006): ${setting} is on for the `);
  return message;
}

describe('a primary on which nothing may be written is refused, with where that was set and what takes it back', () => {
  test.each([
    ['the database', () => `database ${database.name}`, () => `DATABASE ${database.name}`],
    ['the role', () => `role "${role}"`, () => `ROLE "${role}"`],
    [
      'the role in the database',
      () => `role "${role}" in database ${database.name}`,
      () => `ROLE "${role}" IN DATABASE ${database.name}`,
    ],
  ])('%s', async (_what, altered, reset) => {
    await database.sql.unsafe(`alter ${altered()} set ${setting} = on`);
    try {
      expect(await refusal()).toContain(`run: ALTER ${reset()} RESET ${setting};`);
    } finally {
      const sql = `set ${setting} = off; alter ${altered()} reset ${setting}`;
      await database.sql.unsafe(sql).simple();
    }
  });

  test('the whole server; also where it is the database that cannot be created', async () => {
    const server = await startServer();
    try {
      await asAdmin(async (sql) => {
        await sql.unsafe(`alter system set ${setting} = on`);
        await sql.unsafe('select pg_reload_conf()');
      }, server);
      const missing = await refusal({ server, database: emptyDatabaseName().name });
      expect(missing).toContain('cannot execute CREATE DATABASE in a read-only transaction');
      expect(missing).toMatch(/on for the whole server, in .*postgresql\.auto\.conf/);
      expect(missing).toContain(`run: ALTER SYSTEM RESET ${setting}; SELECT pg_reload_conf();`);
    } finally {
      await server.remove();
    }
  });
});

test('once the history is there, a file that is due is refused for that, and not marked as failed', async () => {
  const target = { database: database.name, historySchema: 'pgm_read_only' };
  const done = { 'a/001_x.sql': 'select 1;' };
  await migrateFiles(done, target);
  await database.sql.unsafe(`alter database ${database.name} set ${setting} = on`);
  try {
    await expect(
      migrateFiles({ ...done, 'a/002_x.sql': 'select 2;' }, target),
    ).rejects.toBeInstanceOf(Refused);
  } finally {
    await database.sql
      .unsafe(`set ${setting} = off; alter database ${database.name} reset ${setting}`)
      .simple();
  }
  const rows = await database.sql`select filename, state from pgm_read_only.migrations`;
  expect([...rows]).toEqual([{ filename: '001_x.sql', state: 'applied' }]);
});
