import { describe, expect, test } from 'vitest';
import { parseHeaders } from '../../../src/core/statements/headers.js';
import type { Policy, Step } from '../../../src/core/run/plan.js';
import { reasonToWaitNow } from '../../../src/operations/run/apply-step.js';
import { LeftBehind } from '../../../src/operations/run/left-behind.js';
import { createSqlReader } from '../../../src/sql/read-sql.js';
import { snapshotOf } from '../../support/memory/snapshot.js';

const real = createSqlReader();
const policy: Policy = { onFailure: 'continue', onChange: 'rerun', to: null };

function leftBehind(files: Readonly<Record<string, string>>): LeftBehind {
  const left = new LeftBehind();
  for (const [key, sql] of Object.entries(files)) {
    const schema = key.slice(0, key.indexOf('/'));
    left.add({ key, schema, state: key.includes('held') ? 'held' : 'failed' }, () =>
      real.effects(sql),
    );
  }
  return left;
}

interface Decided {
  readonly because: string | null;
  /** How often it was asked what the file does. */
  readonly asked: number;
}

/** Of a file of schema `gcp` behind these, which are not applied. */
async function decide(sql: string, before: Readonly<Record<string, string>>): Promise<Decided> {
  const [migration] = snapshotOf({ 'gcp/005_x.sql': sql }).migrations;
  const { headers } = parseHeaders(sql);
  const step: Step = { migration: migration!, headers, reason: 'pending' };
  const left = leftBehind(before);
  const progress = { applied: new Set<string>(), undone: left.undone, leftBehind: left };
  let asked = 0;
  const effects = () => {
    asked += 1;
    return real.effects(sql);
  };
  return { because: await reasonToWaitNow(step, progress, policy, effects), asked };
}

describe('what a file does is not asked', () => {
  test.each([
    ['when nothing is undone', 'drop table t;', {}, null],
    ['when only another schema has failed', 'drop table t;', { 'aws/001_x.sql': 'x' }, null],
    [
      'when it waits for another',
      '-- pgm:requires gcp/009\ndrop table t;',
      { 'gcp/001_x.sql': 'x' },
      'it requires gcp/009, which is not applied',
    ],
  ])('%s', async (_, sql, before, because) => {
    expect(await decide(sql, before)).toEqual({ because, asked: 0 });
  });
});

describe('after a failure in its schema a file goes on', () => {
  test.each([
    ['beside an addition', 'create table a (x int)', 'create table b (x int)'],
    ['beside a slip of the pen', 'creat tabel a (a int)', 'create table b (a int)'],
    ['beside a query', 'select 1/0 from t', 'insert into t values (1)'],
    ['beside a change of another table', 'update a set x = 1', 'create table b (x int)'],
    ['beside a RAISE', 'do $$ begin raise exception $a$x$a$; end $$', 'create table b (a int)'],
    ['when it does nothing', 'call p()', 'select 1'],
  ])('%s', async (_, failed, sql) => {
    expect(await decide(sql, { 'gcp/001_x.sql': failed })).toEqual({ because: null, asked: 1 });
  });
});

describe('after a failure in its schema a file is held', () => {
  test.each([
    [
      'that does more than add',
      'create table a (a int)',
      'create table b (a int); drop view c; drop view d; update b set a = 1;',
      'this file does more than add (DROP VIEW, UPDATE)',
    ],
    [
      'whose statement is not known',
      'create table a (a int)',
      'selec 1',
      'this file does more than add (SELEC)',
    ],
    [
      'that adds to the same table',
      'alter table s.t add a int',
      'alter table "t" add b int',
      'both name t, so their order matters',
    ],
    [
      'that makes what the other may make too',
      'create tabel if not exists t (a int)',
      'create table if not exists T (b int)',
      'both name t, so their order matters',
    ],
    [
      'that copies what the other changes',
      'alter table t add b int',
      'create view v as select * from t',
      'both name t, so their order matters',
    ],
    [
      'after code that may do anything',
      'select f()',
      'create table b (a int)',
      'it may change anything (SELECT)',
    ],
    [
      'after a quote that never ends',
      "select 'x",
      'create table b (a int)',
      'it may change anything (quoted string)',
    ],
    [
      'after a schema, for names without one may mean it',
      'create schema app',
      'create table b (a int)',
      'it may change anything (CREATE SCHEMA)',
    ],
  ])('%s', async (_, failed, sql, because) => {
    const decided = await decide(sql, { 'gcp/001_x.sql': failed });
    expect(decided.because).toBe(`gcp/001_x.sql failed, and ${because}`);
  });

  test('because of a held file, which runs later too', async () => {
    const before = {
      'gcp/001_x.sql': 'create table a (a int)',
      'gcp/002_held.sql': 'delete from t',
    };
    const { because } = await decide('insert into t values (1)', before);
    expect(because).toBe('gcp/002_held.sql is held, and both name t, so their order matters');
  });
});
