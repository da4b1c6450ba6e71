import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../support/database.js';
import { migrateFiles } from '../../support/run.js';
import { testServer } from '../../support/server.js';

let database: Database;
let role: string;
const { user } = testServer();

beforeEach(async () => {
  database = await createDatabase();
  role = `${database.name}_owner`;
  await database.sql.unsafe(`create role ${role}; create schema own authorization ${role};
    grant create on database ${database.name} to ${role}`);
});

afterEach(async () => {
  await database.sql.unsafe(`drop owned by ${role}; drop role ${role}`);
  await database.drop();
});

/** A table, and a trigger that notes at COMMIT in which schema, as whom, and for how long at most it runs. */
const noting = `
  create table t (a int);
  create table notes (path text, by text, login text, most text);
  create function note() returns trigger language plpgsql as $$ begin
    insert into notes values (
      current_setting('search_path'), current_user, session_user, current_setting('statement_timeout'));
    return null; end $$;
  create constraint trigger note after insert on t deferrable initially deferred
    for each row execute function note();`;

async function notesAfter(file: string, where: string): Promise<unknown> {
  const { report } = await migrateFiles({ 'a/001_x.sql': file }, { database: database.name });
  expect(report.statuses.map(({ state, failure }) => [state, failure])).toEqual([
    ['applied', null],
  ]);
  return [...(await database.sql.unsafe(`select * from ${where}.notes`))];
}

test('a deferred trigger finds what it names without a schema, as it runs with the search path of the session', async () => {
  expect(await notesAfter(`${noting} insert into t values (1);`, 'public')).toEqual([
    { path: '"$user", public', by: user, login: user, most: '0' },
  ]);
});

test.each(['set', 'set local'])(
  'a deferred trigger runs with the search path, the role and the timeout that the file has %s',
  async (set) => {
    const settings = `${set} role ${role}; ${set} search_path = own, "$user"; ${set} statement_timeout = '7min';`;
    const file = `${settings} ${noting} insert into t values (1);`;
    expect(await notesAfter(file, 'own')).toEqual([
      { path: 'own, "$user"', by: role, login: user, most: '7min' },
    ]);
  },
);

test('a deferred trigger runs as the user that the file has made its session’s', async () => {
  const file = `set session authorization ${role}; set search_path = own; ${noting} insert into t values (1);`;
  expect(await notesAfter(file, 'own')).toEqual([
    { path: 'own', by: role, login: role, most: '0' },
  ]);
});
