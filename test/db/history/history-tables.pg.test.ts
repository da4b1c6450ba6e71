import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { historyLayout } from '../../../src/core/run/history.js';
import type { Session } from '../../../src/core/ports.js';
import { createDatabase, type Database } from '../../support/database.js';
import { Relay } from '../../support/relay.js';
import { databasePort, migrateFiles } from '../../support/run.js';
import { testServer } from '../../support/server.js';

let database: Database;
let session: Session;

const target = () => ({ database: database.name });
const files = { 'a/001_x.sql': 'select 1;' };

beforeAll(async () => {
  database = await createDatabase();
});

beforeEach(async () => {
  session = await databasePort(target()).connect();
});

afterEach(async () => {
  await session.close();
  await database.sql`drop schema if exists pgm cascade`;
});

afterAll(() => database.drop());

test('a history that another runner makes is found by a session that knew of none', async () => {
  expect((await session.history()).layout).toBeNull();
  await migrateFiles(files, target());
  const { layout, rows } = await session.history();
  expect(layout).toBe(historyLayout);
  expect([...rows.keys()]).toEqual(['a/001_x.sql']);
  expect(await session.attempts(5)).toHaveLength(1);
});

test('a history that is dropped under a session is none, and is made anew', async () => {
  await session.ensureHistory();
  await database.sql`drop schema pgm cascade`;
  expect((await session.history()).layout).toBeNull();
  expect(await session.attempts(5)).toEqual([]);
  expect((await session.ensureHistory()).layout).toBe(historyLayout);
});

test('a table of it that is missing is told, and not taken for no history', async () => {
  await session.ensureHistory();
  await database.sql`drop table pgm.migrations`;
  await expect(session.history()).rejects.toThrow('relation "pgm.migrations" does not exist');
});

test('several make it at the same time: one does, and the others find it', async () => {
  const others = await Promise.all(
    Array.from({ length: 5 }, () => databasePort(target()).connect()),
  );
  const all = [session, ...others];
  const made = await Promise.all(all.map((each) => each.ensureHistory()));
  expect(made).toEqual(all.map(() => ({ layout: historyLayout, rows: new Map() })));
  const layouts = await database.sql`select version from pgm.layout order by version`;
  expect(layouts.map(({ version }) => Number(version))).toEqual([1, 2, 3, historyLayout]);
  await Promise.all(others.map((each) => each.close()));
});

test('where nothing is to be done, the server is asked once', async () => {
  await migrateFiles(files, target());
  const proxy = await Relay.open(testServer());
  try {
    const { report } = await migrateFiles(files, { ...target(), port: proxy.port });
    expect(report.applied).toEqual([]);
    // Start-up, two words about the password, and all questions in one.
    expect(proxy.messages).toBe(4);
  } finally {
    await proxy.close();
  }
});

test('a new history costs two messages, and is what the server has then', async () => {
  const proxy = await Relay.open(testServer());
  const through = await databasePort({ ...target(), port: proxy.port }).connect();
  try {
    const before = proxy.messages;
    const made = await through.ensureHistory();
    expect(proxy.messages - before).toBe(2);
    expect(made).toEqual(await through.history());
    expect(made).toEqual({ layout: historyLayout, rows: new Map() });
  } finally {
    await through.close();
    await proxy.close();
  }
});
