import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Example } from '../../src/core/lint/rule-text.js';
import { commitInBlock } from '../../src/lint/rules/transactions/commit-in-block.js';
import { outsideTransactionInBlock } from '../../src/lint/rules/transactions/outside-transaction-in-block.js';
import { createDatabase, type Database } from '../support/database.js';
import { connect } from '../support/server.js';

let database: Database;

beforeAll(async () => {
  database = await createDatabase();
  await database.sql.unsafe(
    'create table orders (id int primary key, state int, amount int); insert into orders values (7, 0, 1); create materialized view sales as select 1 as n; create unique index on sales (n);',
  );
});

afterAll(async () => {
  await database.drop();
});

/** The SQLSTATE with which a file fails, run as pgm runs it; null if it does not. */
async function failureOf(file: Example): Promise<string | null> {
  if (typeof file !== 'string') throw new Error('one file only');
  const isAlone = /^-- pgm:no-transaction|^CREATE INDEX CONCURRENTLY/.test(file);
  const { sql } = database;
  try {
    await sql.unsafe(isAlone ? file : `BEGIN; ${file} ROLLBACK;`);
    return null;
  } catch (error) {
    return (error as { readonly code?: string }).code ?? 'none';
  } finally {
    if (!isAlone) await sql.unsafe('ROLLBACK');
  }
}

describe.each([
  [commitInBlock, '2D000'],
  [outsideTransactionInBlock, '25001'],
] as const)('$0.name', ({ examples }, code) => {
  test.each(examples.bad.map((file) => ({ file })))('fails: $file', async ({ file }) => {
    expect(await failureOf(file)).toBe(code);
  });

  test.each(examples.good.map((file) => ({ file })))('does not fail: $file', async ({ file }) => {
    expect(await failureOf(file)).toBeNull();
  });
});

describe('a lock after a backfill', () => {
  test('is a deadlock with whoever waits for one of the rows', async () => {
    const other = connect(database.name);
    const { sql } = database;
    try {
      await sql.unsafe("set deadlock_timeout = '1ms'; begin; update orders set state = 1");
      const [row] = await other<{ pid: number }[]>`select pg_backend_pid() as pid`;
      const pid = row?.pid ?? 0;
      const waiting = other.unsafe('update orders set state = 2').then(
        () => null,
        (error: unknown) => (error as { readonly code?: string }).code,
      );
      await expect
        .poll(async () => {
          const rows = await sql`select from pg_locks where not granted and pid = ${pid}`;
          return rows.length;
        })
        .toBeGreaterThan(0);
      const altering = sql.unsafe('alter table orders alter column state set default 1').then(
        () => null,
        (error: unknown) => (error as { readonly code?: string }).code,
      );
      expect([await altering, await waiting]).toContain('40P01');
    } finally {
      await sql.unsafe('rollback; reset deadlock_timeout');
      await other.end({ timeout: 0 });
    }
  });
});
