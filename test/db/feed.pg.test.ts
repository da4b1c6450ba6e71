import { afterAll, beforeAll, expect, test } from 'vitest';
import { judgeFile } from '../../src/core/judge-file.js';
import { parseHeaders } from '../../src/core/headers.js';
import type { Session, Work } from '../../src/core/ports.js';
import { readSql } from '../../src/sql/read-sql.js';
import { createDatabase, type Database } from '../support/database.js';
import { snapshotOf } from '../support/memory/snapshot.js';
import { databasePort } from '../support/run.js';

let database: Database;
let session: Session;

beforeAll(async () => {
  database = await createDatabase();
  session = await databasePort({ database: database.name }).connect();
  await session.ensureHistory();
});

afterAll(async () => {
  await session.close();
  await database.drop();
});

/** A failure that has nothing to do with PostgreSQL. */
const broken = new Error("Cannot find module 'libpg-query'");

test('what fails in the feed comes out as it is, and is not taken for trouble of the connection', async () => {
  await expect(session.apply(() => Promise.reject(broken))).rejects.toBe(broken);
});

test('nor is it behind a file in flight, which is applied', async () => {
  const works = [await workOf('create table t (n int);')];
  const applied: number[] = [];
  const feed = (): Promise<Work | null> => {
    const work = works.shift();
    if (work === undefined) return Promise.reject(broken);
    return Promise.resolve({ ...work, onApplied: (ms) => applied.push(ms) });
  };
  await expect(session.apply(feed)).rejects.toBe(broken);
  expect(applied).toHaveLength(1);
  expect(await database.sql`select filename, state from pgm.migrations`).toEqual([
    { filename: '001_x.sql', state: 'applied' },
  ]);
});

async function workOf(sql: string): Promise<Work> {
  const { revision, migrations } = snapshotOf({ 'a/001_x.sql': sql });
  const judgement = judgeFile(sql, await readSql(sql), parseHeaders(sql).headers);
  const [migration] = migrations;
  if (judgement.kind === 'refused' || migration === undefined) throw new Error('not to be sent');
  const nothing = (): void => undefined;
  return {
    ...{ migration, judgement, revision, lockTimeoutMs: 0 },
    ...{ onStarted: nothing, onApplied: nothing, onNotice: nothing, onProgress: nothing },
  };
}
