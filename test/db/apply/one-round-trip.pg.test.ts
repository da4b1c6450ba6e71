import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ApplyOutcome } from '../../../src/core/ports.js';
import type { FileWork } from '../../../src/db/apply/write-together.js';
import { parseHeaders } from '../../../src/core/statements/headers.js';
import { judgeFile } from '../../../src/core/statements/judge-file.js';
import { applyFile } from '../../../src/db/apply/apply-file.js';
import { LeftSession } from '../../../src/db/apply/session-state.js';
import { ensureHistory } from '../../../src/db/history/ensure-history.js';
import { HistoryTables } from '../../../src/db/history/history-tables.js';
import type { Client } from '../../../src/db/wire/client.js';
import { createSqlReader } from '../../../src/sql/read-sql.js';
import { openClient } from '../../support/client.js';
import { createDatabase, type Database } from '../../support/database.js';
import { snapshotOf } from '../../support/memory/snapshot.js';
import { databasePort, migrateFiles } from '../../support/run.js';

let database: Database;
let client: Client;
let tables: HistoryTables;

beforeEach(async () => {
  database = await createDatabase();
  await database.sql`create table effects (n int)`;
  client = await openClient({ database: database.name });
  tables = new HistoryTables(client, 'pgm', undefined);
  await ensureHistory(tables);
});

afterEach(async () => {
  await client.close();
  await database.drop();
});

async function workOf(sql: string): Promise<FileWork> {
  const { revision, migrations } = snapshotOf({ 'a/001_x.sql': sql });
  const [migration] = migrations;
  const judgement = judgeFile(sql, await createSqlReader().read(sql), parseHeaders(sql).headers);
  if (judgement.kind === 'refused' || migration === undefined) throw new Error('not to be sent');
  const ignore = (): void => undefined;
  return {
    migration,
    judgement,
    literals: () => [],
    revision,
    lockTimeoutMs: 0,
    onNotice: ignore,
    onProgress: ignore,
    mayEndSession: false,
  };
}

async function apply(sql: string, side: Client | null = null): Promise<ApplyOutcome> {
  const runner = { version: '0.0.0', host: 'test' };
  const origin = { historySchema: 'pgm', runner, revision: 'r' };
  return applyFile(tables, await workOf(sql), origin, {
    side: () =>
      side === null
        ? Promise.reject(new Error('no second backend is needed'))
        : Promise.resolve(side),
    open: () => Promise.reject(new Error('no third backend is needed')),
    onUnknownCommit: () => undefined,
    left: () => new LeftSession(),
    holdsRunLock: () => Promise.resolve(true),
  });
}

/** Has the client say what it asks and hears, and send `change` of each message instead of it. */
function listen(change: (text: string) => string = (text) => text): readonly string[] {
  const heard: string[] = [];
  const told = async <T>(ask: () => Promise<T>): Promise<T> => {
    heard.push('asked');
    try {
      return await ask();
    } finally {
      heard.push('answered');
    }
  };
  const run = client.run.bind(client);
  const runDiscardingRows = client.runDiscardingRows.bind(client);
  client.run = (text, withinMs) => told(() => run(change(text), withinMs));
  client.runDiscardingRows = (text) => told(() => runDiscardingRows(change(text)));
  return heard;
}

test('claim, file, record and the cleaning of the session are all written before the first answer', async () => {
  const heard = listen();
  expect(await apply('insert into effects values (1);')).toMatchObject({ kind: 'applied' });
  expect(heard).toEqual([...Array<string>(4).fill('asked'), ...Array<string>(4).fill('answered')]);
});

test('what a failed file leaves behind is cleaned in one more round trip', async () => {
  const heard = listen();
  expect(await apply('select 1 / 0;')).toMatchObject({ kind: 'failed' });
  const all = Array<string>(4);
  const cleaning = Array<string>(2);
  expect(heard).toEqual([
    ...all.fill('asked'),
    ...[...all].fill('answered'),
    ...cleaning.fill('asked'),
    ...[...cleaning].fill('answered'),
  ]);
});

test('a file whose BEGIN fails has no effect, though it was written behind it', async () => {
  listen((text) => text.replace(/^begin;/, 'select 1 / 0; begin;'));
  await expect(apply('insert into effects values (1);')).rejects.toThrow('division by zero');
  expect(await database.sql`select n from effects`).toEqual([]);
  expect(await database.sql`select 1 from pgm.migrations`).toEqual([]);
});

test('what a file does is not recorded in another transaction than that of its claim', async () => {
  listen((text) => text.replace('insert into effects', 'commit; begin; insert into effects'));
  expect(await apply('insert into effects values (1);')).toMatchObject({
    kind: 'failed',
    error: { sqlstate: '2D000' },
  });
  expect(await database.sql`select 1 from pgm.attempts`).toEqual([]);
});

test('a session that has lost what pgm prepared, as behind a pooler that hides, runs the file again', async () => {
  expect(await apply('insert into effects values (1);')).toMatchObject({ kind: 'applied' });
  const lost: string[] = [];
  listen((text) => {
    const isClaim = text.includes('execute "pgm claim"') && !text.includes('prepare "pgm claim"');
    if (isClaim) lost.push(text);
    return isClaim ? text.replace('execute', 'deallocate all; execute') : text;
  });
  expect(await apply('insert into effects values (2);')).toMatchObject({ kind: 'applied' });
  expect(lost).toHaveLength(1);
  expect(await database.sql`select n from effects order by n`).toEqual([{ n: 1 }, { n: 2 }]);
});

test('behind a file outside a transaction, which discards everything, the next prepares again', async () => {
  const side = await openClient({ database: database.name });
  await apply('insert into effects values (1);');
  expect(tables.isPrepared).toBe(true);
  await apply('-- pgm:no-transaction\ninsert into effects values (2);', side);
  expect(tables.isPrepared).toBe(false);
  await side.close();
});

test('a history that lacks a table is refused, and no file is blamed for it', async () => {
  await migrateFiles({ 'a/001_x.sql': 'select 1;' }, { database: database.name });
  await database.sql`drop table pgm.attempts`;
  const files = { 'a/001_x.sql': 'select 1;', 'a/002_x.sql': 'select 2;' };
  await expect(migrateFiles(files, { database: database.name })).rejects.toThrow(
    'the history in schema "pgm" lacks its tables',
  );
  const session = await databasePort({ database: database.name }).connect();
  expect([...(await session.history()).rows.keys()]).toEqual(['a/001_x.sql']);
  await session.close();
});
