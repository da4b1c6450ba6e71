import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Clock } from '../../src/core/ports.js';
import { systemClock } from '../../src/library/open/compose.js';
import { createDatabase, type Database } from '../support/database.js';
import { Relay } from '../support/relay.js';
import { freePort, until } from '../support/http.js';
import { expectNobodyLeft } from '../support/invariants.js';
import { pgm, RunningPgm } from '../support/pgm.js';
import { migrateFiles, startFiles } from '../support/run.js';
import { testServer } from '../support/server.js';
import { makeTree } from '../support/tree.js';

let database: Database;

beforeEach(async () => {
  database = await createDatabase();
});

afterEach(() => database.drop());

const many = 300;

/** Each in a schema of its own: a table, and rows of which the last is not as the table wants it if the file is to fail. */
function filesThat(end: 'work' | 'fail'): Record<string, string> {
  const column = end === 'work' ? 'name' : 'nam';
  const names = Array.from({ length: many }, (_, n): [string, string] => [
    `s${n}/001_x.sql`,
    `create table t${n} (id int, name text); insert into t${n} values (1, 'a'); insert into t${n} (${column}) values ('b');`,
  ]);
  return Object.fromEntries(names);
}

/** Nothing is sent because a second has passed: neither a flush nor a look whether the server stops. */
const stopped: Clock = { ...systemClock, now: () => 0 };

/** How many messages a run of these files sends. */
async function messagesFor(files: Record<string, string>, target: Database): Promise<number> {
  const proxy = await Relay.open(testServer());
  try {
    const { name: database } = target;
    await startFiles(files, { database, port: proxy.port }, { clock: stopped }).finished;
    // The last message, which releases the lock, has no answer that is waited for.
    await expectNobodyLeft(target.sql);
    return proxy.messages;
  } finally {
    await proxy.close();
  }
}

test('300 files that fail send at most three messages each more than 300 that work: to roll back, to clean, to record', async () => {
  const other = await createDatabase();
  const working = await messagesFor(filesThat('work'), other);
  const failing = await messagesFor(filesThat('fail'), database);
  await other.drop();
  expect(failing - working).toBeLessThanOrEqual(3 * many);
  const rows =
    await database.sql`select state, count(*)::int as files from pgm.migrations group by state`;
  expect(rows).toEqual([{ state: 'failed', files: many }]);
  expect(await database.sql`select 1 from pg_class where relname ~ '^t[0-9]'`).toEqual([]);
});

test('the record of a failure, and of a held file, does not wait for the disk', async () => {
  await migrateFiles({ 'a/001_x.sql': 'select 1;' }, { database: database.name });
  // The tests' servers wait for no commit.
  await database.sql.unsafe(`alter database ${database.name} set synchronous_commit = on;
create table waits (of text, how text);
create function note() returns trigger language plpgsql as
  $$ begin insert into public.waits values (new.state, current_setting('synchronous_commit')); return new; end $$;
create trigger note after insert or update on pgm.migrations for each row execute function note()`);
  const files = { 'a/001_x.sql': 'select 1;', 'a/002_x.sql': 'select 1/0 from pgm.layout;' };
  await migrateFiles({ ...files, 'a/003_x.sql': 'drop table t;' }, { database: database.name });
  expect(
    await database.sql`select distinct of, how from waits where of <> 'applied' order by of`,
  ).toEqual([
    { of: 'failed', how: 'off' },
    { of: 'held', how: 'off' },
  ]);
});

test('pgm status in another process says by when watch tries a failed file again, and SIGHUP has it tried at once', async () => {
  const home = await makeTree({ 'a/001_x.sql': 'insert into later values (1);' });
  const port = await freePort();
  const env = { DATABASE_URL: database.url };
  const args = ['--dir', home.directory];
  const watching = new RunningPgm(['watch', ...args, '--health-port', String(port)], env);
  try {
    await watching.printed(/not all migrations are applied/);
    const { stdout } = await pgm(['status', ...args], env);
    expect(stdout).toMatch(
      /a\/001_x\.sql {2}failed {2}1 attempt, next try by \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/,
    );
    const document = JSON.parse((await pgm(['status', ...args, '--json'], env)).stdout) as {
      migrations: readonly { nextTryAt: string; failure: object }[];
    };
    const [file] = document.migrations;
    const [row] = await database.sql<{ ms: number }[]>`select
      (extract(epoch from (${file!.nextTryAt}::timestamptz - started_at)) * 1000)::float8 as ms from pgm.attempts`;
    expect(Math.round(row!.ms / 1_000)).toBe(60);
    expect(file!.failure).not.toHaveProperty('nextTry');
    await database.sql`create table later (n int)`;
    watching.child.kill('SIGHUP');
    await until(port, '/readiness', 200);
    expect(watching.output).toContain('SIGHUP: reading the files and trying again what failed');
  } finally {
    await watching.stop('SIGKILL');
    await home.remove();
  }
});

test('a failure of pgm migrate has no next try', async () => {
  await migrateFiles({ 'a/001_x.sql': 'select 1/0;' }, { database: database.name });
  const [row] = await database.sql`select last_error ? 'nextTry' as planned from pgm.migrations`;
  expect(row).toEqual({ planned: false });
});

test('an error about another server, or of what SQL uses up, is the failure of the file, and later files are tried', async () => {
  const raising = (code: string) => `do $$ begin raise 'no' using errcode = '${code}'; end $$;`;
  const files = {
    'a/001_publisher.sql':
      "create subscription s connection 'host=127.0.0.1 port=1 password=hunter2' publication p;",
    'b/001_lost.sql': raising('08006'),
    'c/001_stops.sql': raising('57P01'),
    'd/001_crashes.sql': `-- pgm:no-transaction\n${raising('57P02')}`,
    'e/001_room.sql':
      "set temp_file_limit = '64kB'; set work_mem = '64kB'; create table t as select g from generate_series(1, 100000) g order by -g;",
    'f/001_memory.sql': raising('53200'),
    'g/001_x.sql': 'create table later (id int);',
  };
  const { report } = await migrateFiles(files, { database: database.name });
  expect(report.statuses.map(({ key, state, failure }) => [key, state, failure?.sqlstate])).toEqual(
    [
      ['a/001_publisher.sql', 'failed', '08006'],
      ['b/001_lost.sql', 'failed', '08006'],
      ['c/001_stops.sql', 'failed', '57P01'],
      ['d/001_crashes.sql', 'failed', '57P02'],
      ['e/001_room.sql', 'failed', '53400'],
      ['f/001_memory.sql', 'failed', '53200'],
      ['g/001_x.sql', 'applied', undefined],
    ],
  );
  const failures = report.statuses.map(({ failure }) => failure);
  expect(JSON.stringify(failures)).not.toContain('hunter2');
  // The server did not end a session.
  expect(failures[2]?.advice).toBeNull();
});
