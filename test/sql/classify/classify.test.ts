import { describe, expect, test } from 'vitest';
import type { SqlStatement } from '../../../src/core/statements/sql-reading.js';
import { readSql } from '../../../src/sql/read-sql.js';
import { kinds } from '../statements.js';

async function only(sql: string): Promise<SqlStatement> {
  const reading = await readSql(sql);
  if (reading.kind !== 'statements') throw new Error(`${reading.kind} in: ${sql}`);
  expect(reading.statements).toHaveLength(1);
  return reading.statements[0]!;
}

describe('the kind of a statement', () => {
  test.each(kinds)('%s is %s', async (sql, kind, command) => {
    expect(await only(sql)).toMatchObject({ kind, command });
  });
});

describe('the index that CREATE INDEX CONCURRENTLY builds', () => {
  test.each([
    ['create index concurrently Idx on T (a)', { schema: null, table: 't', name: 'idx' }],
    [
      'create unique index concurrently if not exists "I ""x""" on only "S".t (a)',
      { schema: 'S', table: 't', name: 'I "x"' },
    ],
    ['create index concurrently U&"\\0061b" on t (a)', { schema: null, table: 't', name: 'ab' }],
    [
      `create index concurrently ${'é'.repeat(40)} on t (a)`,
      { schema: null, table: 't', name: 'é'.repeat(31) },
    ],
    ['create index concurrently i on db.s."T" (a)', { schema: 's', table: 'T', name: 'i' }],
  ])('%s', async (sql, createsIndex) => {
    expect((await only(sql)).createsIndex).toEqual({ ...createsIndex, shape: null });
  });

  const plain = { method: 'btree', unique: false, partial: false };

  test.each([
    ['create index concurrently on Gcp.t (a)', { columns: ['a'] }],
    [
      'create unique index concurrently on t (a, "B c" desc)',
      { columns: ['a', 'B c'], unique: true },
    ],
    [
      'create index concurrently on only t using GIN (a gin_trgm_ops (siglen = 32), b) where a > 1',
      { columns: ['a', 'b'], method: 'gin', partial: true },
    ],
    [
      `create index concurrently on t (lower(a), (b || ','), c collate "C") include (d, e) with (fillfactor = 70)`,
      { columns: [null, null, 'c'] },
    ],
    ['create index concurrently on t (s.f(a, b), /* , x */ a)', { columns: [null, 'a'] }],
    ['create index concurrently on t (a) include ("where")', { columns: ['a'] }],
  ])('without a name is told by its shape: %s', async (sql, shape) => {
    expect((await only(sql)).createsIndex).toMatchObject({
      table: 't',
      name: null,
      shape: { ...plain, ...shape },
    });
  });

  test('an index longer than what is read of a statement has no shape', async () => {
    const columns = Array.from({ length: 200 }, (_, at) => `c${at}`).join(', ');
    expect((await only(`create index concurrently on t (${columns})`)).createsIndex).toEqual({
      ...{ schema: null, table: 't', name: null, shape: null },
    });
  });

  test('other statements build none', async () => {
    expect((await only('create index i on t (a)')).createsIndex).toBeNull();
    expect((await only('reindex index concurrently i')).createsIndex).toBeNull();
  });
});
