import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/core/ports.js';
import { openDatabase } from '../../src/db/database.js';
import { dueWithinMs } from '../../src/db/first-question.js';
import { createDatabase } from '../support/database.js';
import { ForgetfulProxy, type Manners } from '../support/forgetful-proxy.js';
import { migrateFiles, settingsFor, shortPatience } from '../support/run.js';
import {
  connect,
  type OwnServer,
  startServer,
  type TestServer,
  testServer,
} from '../support/server.js';

let proxy: ForgetfulProxy;

afterEach(() => proxy.close());

function openThrough(
  server: TestServer,
  user: Partial<TestServer> = {},
  database = 'postgres',
): Database {
  const settings = {
    ...settingsFor({ database, port: proxy.port, server: { ...server, ...user } }),
    // Longer than a test may take: who waits that long for a question that was lost has not noticed.
    connectTimeoutSeconds: 60,
  };
  const runner = { version: '0.0.0', host: 'test' };
  return openDatabase({ settings, historySchema: 'pgm', runner, patience: shortPatience });
}

/** Connects twice, and gives what was seen of each connection that was made for it. */
async function connectTwice(manners: Manners): Promise<ForgetfulProxy['seen']> {
  proxy = await ForgetfulProxy.open(testServer(), manners);
  const database = openThrough(testServer());
  for (let times = 0; times < 2; times += 1) {
    const session = await database.connect({ schemas: null });
    expect((await session.facts()).version).toMatch(/^\d+\./);
    expect((await session.history()).layout).toBeNull();
    await session.close();
  }
  return proxy.seen;
}

describe('the first question of a connection', () => {
  test('comes with the last word of the password exchange, and not once more', async () => {
    const seen = await connectTwice('carries it');
    // The start-up message, the first word, and the last with the question.
    const each = { writes: 3, questionAhead: true };
    expect(seen).toEqual([each, each]);
  });

  test.each(['drops it', 'hangs up', 'objects'] as const)(
    'is asked anew where something in between %s, and from then on in its turn',
    async (manners) => {
      const started = performance.now();
      const seen = await connectTwice(manners);
      expect(seen.map(({ questionAhead }) => questionAhead)).toEqual([true, false, false]);
      // Where it is dropped nothing tells so but silence.
      if (manners === 'drops it') expect(performance.now() - started).toBeGreaterThan(dueWithinMs);
    },
  );

  test('goes ahead again where the second try failed as well: it was not that', async () => {
    proxy = await ForgetfulProxy.open(testServer(), 'hangs up');
    const database = openThrough(testServer(), { password: 'wrong' });
    for (let times = 0; times < 2; times += 1) {
      await expect(database.connect()).rejects.toThrow('28P01');
    }
    expect(proxy.seen.map(({ questionAhead }) => questionAhead)).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  test('is not taken for lost where it waits for a history that somebody has locked', async () => {
    const made = await createDatabase();
    const target = { database: made.name };
    await migrateFiles({ 'a/1_x.sql': 'select 1;' }, target);
    proxy = await ForgetfulProxy.open(testServer(), 'carries it');
    const database = openThrough(testServer(), {}, made.name);
    await made.sql.begin(async (other) => {
      await other`lock table pgm.migrations`;
      const session = await database.connect({ schemas: null });
      expect((await session.facts()).version).toMatch(/^\d+\./);
      await session.close();
    });
    expect(proxy.seen.map(({ questionAhead }) => questionAhead)).toEqual([true]);
    await made.drop();
  });

  test('does not hide that the password is wrong', async () => {
    proxy = await ForgetfulProxy.open(testServer(), 'carries it');
    const database = openThrough(testServer(), { password: 'wrong' });
    await expect(database.connect()).rejects.toThrow('28P01');
    expect(proxy.seen).toHaveLength(1);
  });
});

describe('by how the server asks for the password', () => {
  let server: OwnServer;

  beforeAll(async () => {
    server = await startServer();
    const sql = connect('postgres', server);
    await sql`set password_encryption = 'md5'`;
    await sql`create role hashed login password 'md5-secret'`;
    await sql`reset password_encryption`;
    // Begins as the first word of SCRAM does.
    await sql`create role spelt login password 'SCRAM-SHA-256 is no secret'`;
    await sql`create role plain login password 'plain-secret'`;
    await sql`create role open login`;
    const rules = join(server.directory, 'data/pg_hba.conf');
    const others = await readFile(rules, 'utf8');
    const own = [
      'host all hashed all md5',
      'host all plain,spelt all password',
      'host all open all trust',
    ];
    await writeFile(rules, `${own.join('\n')}\n`);
    await appendFile(rules, others);
    await sql`select pg_reload_conf()`;
    await sql.end();
  });

  afterAll(() => server.remove());

  test.each([
    ['an MD5 hash', { user: 'hashed', password: 'md5-secret' }, true],
    ['the password itself', { user: 'plain', password: 'plain-secret' }, true],
    [
      'one that looks like a word of SCRAM',
      { user: 'spelt', password: 'SCRAM-SHA-256 is no secret' },
      false,
    ],
    ['nothing', { user: 'open', password: '' }, false],
  ])('%s', async (_, user, questionAhead) => {
    proxy = await ForgetfulProxy.open(server, 'carries it');
    const session = await openThrough(server, user).connect();
    expect((await session.history()).layout).toBeNull();
    await session.close();
    expect(proxy.seen.map((each) => each.questionAhead)).toEqual([questionAhead]);
  });
});
