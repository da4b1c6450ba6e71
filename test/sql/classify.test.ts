import { describe, expect, test } from 'vitest';
import type { SqlStatement, StatementKind } from '../../src/core/sql-reading.js';
import { needsGrammar } from '../../src/sql/needs-grammar.js';
import { createSqlReader } from '../../src/sql/read-sql.js';
import { corpus } from './corpus.js';
import { randomFrom } from './random.js';

const thorough = createSqlReader({ thorough: true });
/** A parser that always breaks: the plain lexer has to do. */
const broken = createSqlReader({
  thorough: true,
  load: () => Promise.resolve(() => Promise.reject(new Error('Aborted()'))),
});

async function only(sql: string, reader = thorough): Promise<SqlStatement> {
  const reading = await reader.read(sql);
  if (reading.kind !== 'statements') throw new Error(`${reading.kind} in: ${sql}`);
  expect(reading.exact).toBe(reader === thorough);
  expect(reading.statements).toHaveLength(1);
  return reading.statements[0]!;
}

const kinds: readonly (readonly [sql: string, kind: StatementKind, command: string])[] = [
  ['begin', 'begin', 'BEGIN'],
  ['BEGIN WORK;', 'begin', 'BEGIN'],
  ['start transaction', 'begin', 'START TRANSACTION'],
  ['begin isolation level serializable', 'begin-with-options', 'BEGIN'],
  ['start transaction read only, deferrable', 'begin-with-options', 'START TRANSACTION'],
  ['commit', 'commit', 'COMMIT'],
  ['commit work and no chain', 'commit', 'COMMIT'],
  ['end transaction', 'commit', 'END'],
  ['rollback', 'rollback', 'ROLLBACK'],
  ['abort work', 'rollback', 'ABORT'],
  ['commit and chain', 'chain', 'COMMIT AND CHAIN'],
  ['rollback transaction and chain', 'chain', 'ROLLBACK AND CHAIN'],
  ['savepoint a', 'savepoint', 'SAVEPOINT'],
  ['release savepoint a', 'savepoint', 'RELEASE'],
  ['rollback to a', 'savepoint', 'ROLLBACK TO'],
  ['rollback work to savepoint a', 'savepoint', 'ROLLBACK TO'],
  ["prepare transaction 'x'", 'two-phase', 'PREPARE TRANSACTION'],
  ["commit prepared 'x'", 'two-phase', 'COMMIT PREPARED'],
  ["rollback prepared 'x'", 'two-phase', 'ROLLBACK PREPARED'],
  ['prepare transaction as select 1', 'other', 'PREPARE'],
  ['discard all', 'discard-all', 'DISCARD ALL'],
  ['discard temp', 'other', 'DISCARD TEMP'],
  ['create index concurrently on t (a)', 'outside-transaction', 'CREATE INDEX CONCURRENTLY'],
  [
    'create /* c */ unique index concurrently i on t (a)',
    'outside-transaction',
    'CREATE INDEX CONCURRENTLY',
  ],
  ['create index i on t (a)', 'other', 'CREATE INDEX'],
  ['create index "concurrently" on t (a)', 'other', 'CREATE INDEX'],
  ['drop index concurrently if exists a.i', 'outside-transaction', 'DROP INDEX CONCURRENTLY'],
  ['drop index i', 'other', 'DROP INDEX'],
  ['reindex index concurrently i', 'outside-transaction', 'REINDEX INDEX CONCURRENTLY'],
  ['reindex (verbose, concurrently) table t', 'outside-transaction', 'REINDEX TABLE CONCURRENTLY'],
  ['reindex (concurrently true) table t', 'outside-transaction', 'REINDEX TABLE CONCURRENTLY'],
  ['reindex (concurrently off) table t', 'other', 'REINDEX'],
  ['reindex (concurrently 0) index t', 'other', 'REINDEX'],
  ['reindex table t', 'other', 'REINDEX'],
  ['reindex schema s', 'outside-transaction', 'REINDEX SCHEMA'],
  ['reindex database', 'outside-transaction', 'REINDEX DATABASE'],
  ['reindex system d', 'outside-transaction', 'REINDEX SYSTEM'],
  ['vacuum', 'outside-transaction', 'VACUUM'],
  ['vacuum (full, analyze) t', 'outside-transaction', 'VACUUM'],
  ['analyze t', 'other', 'ANALYZE'],
  ['cluster', 'outside-transaction', 'CLUSTER'],
  ['cluster verbose', 'outside-transaction', 'CLUSTER'],
  ['cluster (verbose)', 'outside-transaction', 'CLUSTER'],
  ['cluster (verbose) t using i', 'other', 'CLUSTER'],
  ['cluster t', 'other', 'CLUSTER'],
  ['alter system set work_mem = 1', 'outside-transaction', 'ALTER SYSTEM'],
  ['create database d template template0', 'outside-transaction', 'CREATE DATABASE'],
  ['alter database d set tablespace t', 'outside-transaction', 'ALTER DATABASE SET TABLESPACE'],
  ['alter database d with tablespace t', 'outside-transaction', 'ALTER DATABASE SET TABLESPACE'],
  ["alter database d set work_mem = '1MB'", 'other', 'ALTER DATABASE'],
  ["create tablespace t location '/x'", 'outside-transaction', 'CREATE TABLESPACE'],
  ['drop tablespace t', 'outside-transaction', 'DROP TABLESPACE'],
  [
    'alter table a detach partition b concurrently',
    'outside-transaction',
    'ALTER TABLE DETACH PARTITION CONCURRENTLY',
  ],
  ['alter table a detach partition b finalize', 'other', 'ALTER TABLE'],
  ['alter table a detach partition "concurrently"', 'other', 'ALTER TABLE'],
  [
    "create subscription s connection 'x' publication p",
    'outside-transaction',
    'CREATE SUBSCRIPTION',
  ],
  [
    "create subscription s connection 'x' publication p with (connect = false)",
    'other',
    'CREATE SUBSCRIPTION',
  ],
  [
    "create subscription s connection 'x' publication p with (create_slot = off)",
    'other',
    'CREATE SUBSCRIPTION',
  ],
  ['drop subscription s', 'outside-transaction', 'DROP SUBSCRIPTION'],
  ['alter subscription s refresh publication', 'outside-transaction', 'ALTER SUBSCRIPTION REFRESH'],
  [
    'alter subscription s add publication p',
    'outside-transaction',
    'ALTER SUBSCRIPTION ADD PUBLICATION',
  ],
  ['alter subscription s set publication p with (refresh = false)', 'other', 'ALTER SUBSCRIPTION'],
  ['alter subscription s set (failover = true)', 'outside-transaction', 'ALTER SUBSCRIPTION SET'],
  ['alter subscription s set (binary = true)', 'other', 'ALTER SUBSCRIPTION'],
  ['copy t from stdin', 'copy-from-stdin', 'COPY … FROM STDIN'],
  [
    'copy binary t (a, "from") from stdin with (format csv)',
    'copy-from-stdin',
    'COPY … FROM STDIN',
  ],
  ['copy t from stdout', 'copy-from-stdin', 'COPY … FROM STDIN'],
  ["copy t from '/stdin' where a is distinct from stdin", 'other', 'COPY'],
  ["copy t from program 'x'", 'other', 'COPY'],
  ['copy t to stdout', 'copy-to-stdout', 'COPY … TO STDOUT'],
  ['copy (select a from stdin) to stdin', 'copy-to-stdout', 'COPY … TO STDOUT'],
  ["copy t to '/stdout' (header)", 'other', 'COPY'],
  ["copy t to program 'stdout'", 'other', 'COPY'],
  ['refresh materialized view concurrently m', 'other', 'REFRESH MATERIALIZED VIEW'],
  ['create or replace temp view v as select 1', 'other', 'CREATE VIEW'],
  ['create materialized view m as select 1', 'other', 'CREATE MATERIALIZED VIEW'],
  ['alter default privileges grant all on tables to r', 'other', 'ALTER DEFAULT PRIVILEGES'],
  ['(select 1)', 'other', 'SELECT'],
];

describe('the kind of a statement', () => {
  test.each(kinds)('%s is %s', async (sql, kind, command) => {
    expect(await only(sql)).toMatchObject({ kind, command });
  });

  test('is the same when the grammar cannot be asked', async () => {
    for (const [sql, kind, command] of kinds) {
      expect(await only(sql, broken), sql).toMatchObject({ kind, command });
    }
  });
});

const destructive: readonly (readonly [sql: string, way: string])[] = [
  ['drop table if exists a, b cascade', 'DROP TABLE'],
  ['drop schema s cascade', 'DROP SCHEMA'],
  ['drop type t', 'DROP TYPE'],
  ['drop domain d', 'DROP DOMAIN'],
  ['drop sequence s', 'DROP SEQUENCE'],
  ['drop materialized view m', 'DROP MATERIALIZED VIEW'],
  ['drop extension hstore', 'DROP EXTENSION'],
  ['drop database d', 'DROP DATABASE'],
  ['drop owned by r', 'DROP OWNED'],
  ['alter table only t add a int, drop column if exists b', 'DROP COLUMN'],
  ['alter table t drop b', 'DROP COLUMN'],
  ['alter table t drop if exists "b"', 'DROP COLUMN'],
  ['alter type t drop attribute a', 'DROP ATTRIBUTE'],
  ['truncate t', 'TRUNCATE'],
  ['truncate table only t restart identity', 'TRUNCATE'],
  ['delete from t where a = 1', 'DELETE'],
  ['with gone as (delete from t returning *) insert into u select * from gone', 'DELETE'],
  ['explain analyze delete from t', 'DELETE'],
  ['copy (delete from t returning a) to stdout', 'DELETE'],
  ['prepare p as delete from t', 'DELETE'],
  ['merge into t using s on t.a = s.a when matched then delete', 'DELETE'],
  ['do $$ begin drop table if exists t; end $$', 'DO block with DROP TABLE'],
  ["do language plpgsql 'begin delete from t; end'", 'DO block with DELETE'],
  ["do $$ begin execute format('x'); end $$ language plpgsql", 'DO block with EXECUTE'],
  ['do $$ begin alter table t drop c; end $$', 'DO block with DROP COLUMN'],
  ['do $$ begin if x then truncate t; end if; end $$', 'DO block with TRUNCATE'],
];

const harmless: readonly string[] = [
  'drop index i',
  'drop view v cascade',
  'drop function f()',
  'drop trigger g on t',
  'drop policy p on t',
  'drop foreign table f',
  'alter table t drop constraint if exists c',
  'alter table t alter column a drop default, alter b drop not null',
  'alter table t alter a drop identity if exists, alter b drop expression',
  'alter table t detach partition p',
  'create table t (a int references u on delete cascade)',
  'grant delete, truncate, select on t to r',
  'revoke truncate on t from r',
  'grant execute on function f() to r',
  'create trigger g after delete or truncate on t for each statement execute function f()',
  'create policy p on t for delete using (true)',
  'create rule r as on delete to t do instead delete from u',
  'create or replace function f() returns void language plpgsql as $$ begin delete from t; end $$',
  'create procedure p() begin atomic delete from t; end',
  "insert into t values ('delete from t; drop table t')",
  'insert into t values (1) on conflict do nothing',
  "do $$ begin raise notice 'drop table t'; /* execute */ end $$",
  'do $$ begin create trigger g after insert on t for each row execute procedure f(); end $$',
];

describe('what a statement destroys', () => {
  test.each(destructive)('%s: %s', async (sql, way) => {
    expect((await only(sql)).destroys).toBe(way);
    expect((await only(sql, broken)).destroys).toBe(way);
  });

  test.each(harmless)('%s: nothing', async (sql) => {
    expect((await only(sql)).destroys).toBeNull();
    expect((await only(sql, broken)).destroys).toBeNull();
  });

  test('code in a language that is not read may destroy anything', async () => {
    const sql = 'do language plpython3u $$ plpy.notice(1) $$';
    expect((await only(sql)).destroys).toBe('DO block in plpython3u');
    expect((await only(sql, broken)).destroys).toBe('DO block in another language');
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

  test('that is longer than what is read of a statement has no shape', async () => {
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

describe('the grammar is left out', () => {
  const without = createSqlReader({ load: () => Promise.reject(new Error('loaded')) });

  test('for no text about which it could tell something', async () => {
    const special = kinds.filter(([, kind]) => kind !== 'other').map(([sql]) => sql);
    for (const sql of [...special, ...destructive.map(([text]) => text)]) {
      expect(needsGrammar(sql), sql).toBe(true);
      expect(needsGrammar(`select 1;${sql.toUpperCase()};`), sql).toBe(true);
      await expect(without.read(sql), sql).rejects.toThrow('loaded');
      await expect(without.read(`select 1; /* x */ ${sql};`), sql).rejects.toThrow('loaded');
    }
  });

  test.each([
    'create table t (a int references b on delete cascade on update set null);',
    "select case when a then 'begin' else $x$ commit; $x$ end as end_of_it -- rollback\n from t;",
    'create or replace function f() returns trigger language plpgsql as $$ begin delete from t; return null; end $$;',
    'create trigger g after insert or delete on t for each row execute function f();',
    'grant select, delete, truncate on t to r; grant execute on function f() to r;',
    'drop trigger if exists g on t; alter table t drop constraint if exists c, alter a drop not null;',
    'do $$ begin perform 1; end $$;',
    'insert into t values (1) on conflict do nothing;',
    'create policy p on t for delete using (true);',
  ])('for a file like those that people write: %s', async (sql) => {
    expect(await without.read(sql)).toEqual(await thorough.read(sql));
  });

  test('only where it would say the same, in ten thousand mixtures', async () => {
    const random = randomFrom(42);
    const texts = [
      ...[...corpus, ...kinds.map(([sql]) => ({ sql }))].map(({ sql }) => sql),
      ...[...harmless, ...destructive.map(([sql]) => sql)],
    ];
    let left = 0;
    for (let round = 0; round < 10_000; round += 1) {
      const sql = Array.from(
        { length: 1 + random(3) },
        () => `${texts[random(texts.length)] ?? ''}\n;`,
      ).join('\n');
      const reading = await without.read(sql).catch(() => null);
      if (reading === null) continue;
      left += 1;
      expect(reading, sql).toEqual(await thorough.read(sql));
    }
    expect(left).toBeGreaterThan(1_000);
  });

  test('and where it is, all statements are plain ones', async () => {
    const texts = [...corpus.map(({ sql }) => sql), ...harmless, ...kinds.map(([sql]) => sql)];
    const left = texts.filter((sql) => !needsGrammar(sql));
    expect(left.length).toBeGreaterThan(10);
    for (const sql of left) {
      const reading = await thorough.read(sql);
      const statements = reading.kind === 'statements' ? reading.statements : [];
      expect(reading.kind, sql).toBe('statements');
      for (const { kind, destroys } of statements)
        expect({ kind, destroys }).toEqual({ kind: 'other', destroys: null });
    }
  });

  test('for an upsert', () => {
    expect(needsGrammar('insert into t values (1) on conflict do nothing')).toBe(false);
    expect(needsGrammar('insert into t values (1) on conflict (a) DO\n UPDATE set b = 1')).toBe(
      false,
    );
    expect(needsGrammar('do $$ begin null; end $$')).toBe(true);
  });

  test('and is not even loaded then', async () => {
    expect(await without.read('create table t (a int);')).toMatchObject({
      kind: 'statements',
      exact: true,
    });
    await expect(without.read('drop table t;')).rejects.toThrow('loaded');
  });
});
