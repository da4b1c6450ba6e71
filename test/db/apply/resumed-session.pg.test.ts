import { describe, expect, test } from 'vitest';
import { failureOf, statesOf, type Trial, useTrials } from '../../faults/trial.js';
import { migrateFiles, startFiles } from '../../support/run.js';
import { connect, testServer } from '../../support/server.js';

const begin = useTrials();

/** Roles are those of the whole server. */
function roleOf({ name, target }: Trial): string {
  return `${target.database}_${name}`;
}

function conninfoOf({ target }: Trial): string {
  const { host, port, user, password } = testServer();
  return `host=${host} port=${port} user=${user} password=${password} dbname=${target.database}`;
}

/** A schema `tenant` with a table of the same name as one in `name`, which comes first in the search path of the role. */
async function twoSchemas(): Promise<Trial> {
  const trial = await begin();
  const { name } = trial;
  await trial.sql.unsafe(
    `create schema ${name}_tenant; create table ${name}.t (n int); create table ${name}_tenant.t (n int);
     create function ${name}.enter() returns void language plpgsql
     as $$ begin perform set_config('search_path', '${name}_tenant', false); end $$;
     create function ${name}.become() returns void language plpgsql
     as $$ begin set role ${roleOf(trial)}; end $$;
     create role ${roleOf(trial)} in role pg_read_all_data, pg_write_all_data;
     grant usage on schema ${name}, ${name}_tenant to ${roleOf(trial)};
     alter role current_user in database ${trial.target.database} set search_path = ${name}`,
  );
  return trial;
}

async function rowsOf(trial: Trial, schema: string): Promise<readonly number[]> {
  const rows = await trial.sql.unsafe(`select n from ${schema}.t order by n`);
  return rows.map(({ n }) => Number(n));
}

/** What the first statement does to the session, and what only works, or works otherwise, in that session. */
const changes: readonly (readonly [what: string, first: string, needs: string])[] = [
  ['set_config', "select set_config('search_path', 'NAME_tenant', false)", 'select 1'],
  [
    'set_config in a DO block',
    "do $$ begin perform set_config('search_path', 'NAME_tenant', false); end $$",
    'select 1',
  ],
  ['set_config in a function', 'select NAME.enter()', 'select 1'],
  [
    'a setting that nobody declared',
    "select set_config('app.tenant', 'x', false); set search_path = NAME_tenant",
    "do $$ begin assert current_setting('app.tenant') = 'x'; end $$",
  ],
  ['a role', 'select NAME.become()', "do $$ begin assert current_user = 'ROLE'; end $$"],
  ['a temporary table', 'create temp table w as select 3 as n', 'select n from w'],
  ['a prepared statement', 'prepare p as select 1', 'execute p'],
  ['a cursor', 'declare c cursor with hold for select 1', 'fetch all from c'],
  [
    'an advisory lock',
    'select pg_advisory_lock(77)',
    'do $$ begin assert pg_advisory_unlock(77); perform pg_advisory_lock(77); end $$',
  ],
  [
    'a temporary function',
    'create function pg_temp.f() returns int language sql as $$ select 1 $$',
    'select pg_temp.f()',
  ],
  ['a temporary type', "create type pg_temp.e as enum ('a')", "select 'a'::pg_temp.e"],
  [
    'the last value of a sequence',
    "create sequence if not exists NAME.s; select nextval('NAME.s')",
    "select currval('NAME.s')",
  ],
  ['a seed', 'select setseed(0.5)', 'select random()'],
  ['a library', "load 'plpgsql'", "select current_setting('plpgsql.check_asserts')"],
  [
    'a connection of dblink',
    "create extension if not exists dblink; select dblink_connect('c', 'CONNECT')",
    "select dblink_disconnect('c')",
  ],
];

describe('a file without a transaction that failed in a later statement', () => {
  test('starts again at statement 1 if it has changed with which settings a session begins', async () => {
    const trial = await twoSchemas();
    const { name } = trial;
    const sql = `-- pgm:no-transaction
alter role current_user in database ${trial.target.database} set search_path = ${name}_tenant;
insert into t values (1);
select from ${name}.gate;
insert into t values (2);`;
    await trial.run({ 'a/001_x.sql': sql });
    await trial.sql.unsafe(`create table ${name}.gate (n int)`);
    const ran = await trial.run({ 'a/001_x.sql': sql });
    expect(statesOf(ran)).toEqual(['a/001_x.sql applied']);
    expect(JSON.stringify(ran.events)).toMatch(/starts again at statement 1/);
    // As for anybody who runs the file once more.
    expect(await rowsOf(trial, `${name}_tenant`)).toEqual([1, 2]);
  });

  test.each(changes)(
    'starts again at statement 1 if its session had %s, and says so once',
    async (_, first, needs) => {
      const trial = await twoSchemas();
      const { name } = trial;
      const sql = `-- pgm:no-transaction
${first};
insert into t values (1);
select from ${name}.gate; ${needs};
insert into t values (2);`
        .replaceAll('NAME', name)
        .replaceAll('ROLE', roleOf(trial))
        .replaceAll('CONNECT', conninfoOf(trial));
      const failed = await trial.run({ 'a/001_x.sql': sql });
      expect(failureOf(failed, 'a/001_x.sql').place?.line).toBe(4);
      expect(failureOf(failed, 'a/001_x.sql').sqlstate).toBe('42P01');
      await trial.sql.unsafe(
        `create table ${name}.gate (n int); grant select on ${name}.gate to ${roleOf(trial)}`,
      );
      const ran = await trial.run({ 'a/001_x.sql': sql });
      expect(statesOf(ran)).toEqual(['a/001_x.sql applied']);
      const told = ran.events.filter(
        (event) => event.kind === 'notice' && event.notice.message.includes('statement 1'),
      );
      expect(told).toHaveLength(1);
      const reached = /search_path|enter/.test(first) ? `${name}_tenant` : name;
      expect(await rowsOf(trial, reached)).toEqual([1, 1, 2]);
      expect(await rowsOf(trial, reached === name ? `${name}_tenant` : name)).toEqual([]);
    },
  );

  test('starts again at statement 1 if the rest asks for a number that a function has drawn', async () => {
    const trial = await twoSchemas();
    const { name } = trial;
    await trial.sql
      .unsafe(`create sequence ${name}.drawn; create function ${name}.draw() returns bigint
      language sql as $$ select nextval('${name}.drawn') $$`);
    const sql = `-- pgm:no-transaction
select ${name}.draw();
select from ${name}.gate;
select lastval();`;
    await trial.run({ 'a/001_x.sql': sql });
    await trial.sql.unsafe(`create table ${name}.gate (n int)`);
    const ran = await trial.run({ 'a/001_x.sql': sql });
    expect(statesOf(ran)).toEqual(['a/001_x.sql applied']);
    expect(JSON.stringify(ran.events)).toMatch(/starts again at statement 1/);
  });

  test('goes on at that statement if only SET and RESET had changed its session', async () => {
    const trial = await twoSchemas();
    const { name } = trial;
    const sql = `-- pgm:no-transaction
set search_path = ${name}_tenant; set work_mem = '5MB'; reset work_mem;
insert into t values (1);
select from ${name}.gate;
insert into t values (2);`;
    await trial.run({ 'a/001_x.sql': sql });
    await trial.sql.unsafe(`create table ${name}.gate (n int)`);
    const otherPod = { ...trial.target, host: 'other' };
    expect(statesOf(await migrateFiles({ 'a/001_x.sql': sql }, otherPod))).toEqual([
      'a/001_x.sql applied',
    ]);
    expect(await rowsOf(trial, `${name}_tenant`)).toEqual([1, 2]);
  });

  test('goes on at that statement if only a comment has what would change the session', async () => {
    const trial = await twoSchemas();
    const { name } = trial;
    const sql = `-- pgm:no-transaction
-- no setseed here, and nextval is not called
insert into ${name}.t /* set_config('app.tenant', 'x', false) */ values (1);
select from ${name}.gate; -- so lastval() is not known
insert into ${name}.t values (2);`;
    await trial.run({ 'a/001_x.sql': sql });
    await trial.sql.unsafe(`create table ${name}.gate (n int)`);
    const ran = await trial.run({ 'a/001_x.sql': sql });
    expect(JSON.stringify(ran.events)).not.toContain('starts again');
    expect(await rowsOf(trial, name)).toEqual([1, 2]);
  });

  test('keeps its session when it tries again for a lock in the same run', async () => {
    const trial = await twoSchemas();
    const { name } = trial;
    const blocker = connect(trial.target.database);
    await blocker.unsafe(`begin; lock table ${name}_tenant.t in share row exclusive mode`);
    const run = startFiles(
      {
        'a/001_x.sql': `-- pgm:no-transaction
-- pgm:lock-timeout 50ms
create temp table w as select 7 as n;
select ${name}.enter();
insert into t select n from w;
insert into ${name}.t values (8);`,
      },
      trial.target,
    );
    await expect.poll(() => run.events.some(({ kind }) => kind === 'migration-retried')).toBe(true);
    await blocker.unsafe('commit');
    await blocker.end();
    const { statuses } = await run.finished;
    expect(statuses.map(({ state }) => state)).toEqual(['applied']);
    expect(await rowsOf(trial, `${name}_tenant`)).toEqual([7]);
    expect(await rowsOf(trial, name)).toEqual([8]);
  });
});
