import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSqlReader } from '../../../src/sql/read-sql.js';
import { createDatabase, type Database } from '../../support/database.js';
import { testServer } from '../../support/server.js';

let database: Database;
beforeAll(async () => {
  database = await createDatabase();
  await database.sql.unsafe(`
    create table t (a int); create index i on t (a);
    create table parts (a int) partition by range (a);
    create table part partition of parts for values from (1) to (10);
    create materialized view m as select 1 as a; create unique index mi on m (a);
    create type e as enum ('a');
    create subscription s connection 'host=/nowhere' publication p with (connect = false)`);
});
afterAll(async () => {
  await database.sql.unsafe('alter subscription s set (slot_name = none)');
  await database.sql.unsafe('drop subscription s');
  await database.drop();
});

/** What is tried, and the lowest major version that knows the syntax, where that is not 14. */
const statements: readonly { readonly sql: string; readonly since?: number }[] = [
  { sql: 'create index concurrently on t (a)' },
  { sql: 'create unique index concurrently if not exists j on t (a)' },
  { sql: 'create index j on t (a)' },
  { sql: 'drop index concurrently i' },
  { sql: 'drop index i' },
  { sql: 'reindex (concurrently) table t' },
  { sql: 'reindex (verbose, concurrently true) index i' },
  { sql: 'reindex (concurrently off) table t' },
  { sql: 'reindex index concurrently i' },
  { sql: 'reindex table t' },
  { sql: 'reindex schema public' },
  { sql: 'reindex database', since: 16 },
  { sql: 'reindex system', since: 16 },
  { sql: 'vacuum t' },
  { sql: 'vacuum (analyze)' },
  { sql: 'analyze t' },
  { sql: 'cluster' },
  { sql: 'cluster verbose' },
  { sql: 'cluster (verbose)', since: 17 },
  { sql: 'cluster t using i' },
  { sql: "alter system set work_mem = '4MB'" },
  { sql: 'create database other' },
  { sql: 'drop database if exists other' },
  { sql: 'alter database template1 set tablespace pg_default' },
  { sql: 'alter database template1 with tablespace pg_default' },
  { sql: 'alter database template1 with connection limit 10' },
  { sql: "alter database template1 set work_mem = '4MB'" },
  { sql: "create tablespace ts location '/nowhere'" },
  { sql: 'drop tablespace if exists ts' },
  { sql: 'alter table parts detach partition part concurrently' },
  { sql: 'alter table parts detach partition part' },
  { sql: "create subscription r connection 'host=/nowhere' publication p" },
  { sql: "create subscription r connection 'host=/nowhere' publication p with (connect = false)" },
  { sql: 'drop subscription s' },
  { sql: 'alter subscription s set publication q with (refresh = false)' },
  { sql: 'alter subscription s set (failover = true)', since: 17 },
  { sql: 'alter subscription s set (binary = true)' },
  { sql: 'refresh materialized view concurrently m' },
  { sql: "alter type e add value 'b'" },
  { sql: 'drop table t' },
  { sql: 'discard temp' },
  { sql: 'checkpoint' },
];
const version = Number(testServer().version);

test.each(statements.filter(({ since = 14 }) => version >= since))(
  'the server agrees on whether it may be in a transaction: $sql',
  async ({ sql }) => {
    const reading = await createSqlReader().read(sql);
    const kind = reading.kind === 'statements' ? reading.statements[0]?.kind : null;
    expect(await stateOf(sql)).toBe(kind === 'outside-transaction' ? '25001' : null);
  },
);

/** The SQLSTATE of the statement in a transaction block, or null. */
async function stateOf(sql: string): Promise<string | null> {
  try {
    await database.sql.unsafe(`begin; ${sql}`).simple();
    return null;
  } catch (error) {
    if (error instanceof postgres.PostgresError) return error.code;
    throw error;
  } finally {
    await database.sql.unsafe('rollback');
  }
}
