import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Interrupted } from '../../src/core/errors.js';
import { createDatabase, type Database } from '../support/database.js';
import { countingFiles, expectNobodyLeft, expectWhole } from '../support/invariants.js';
import { RunningPgm } from '../support/pgm.js';
import { Relay } from '../support/relay.js';
import { watchfulPatience, startFiles } from '../support/run.js';
import { testServer, urlFor } from '../support/server.js';
import { makeTree } from '../support/tree.js';
import { failureOf, statesOf, useTrials } from './trial.js';

/** Far more than the system takes while nobody reads, so that much of it is still ours when the relay holds. */
const padding = `/* ${'x'.repeat(2 << 20)} ${'y'.repeat(24 << 20)} */`;
const beginning = /y{99}/;

function longFiles(): Readonly<Record<string, string>> {
  const files = countingFiles();
  const [second = ''] = [files['a/002_two.sql']];
  return { ...files, 'a/002_two.sql': second.replace('values', `${padding} values`) };
}

describe('in a long file that is being sent', () => {
  const patience = { ...watchfulPatience, messageMs: 5_000 };
  let database: Database;
  let relay: Relay;

  beforeEach(async () => {
    database = await createDatabase();
    relay = await Relay.open(testServer(), { keepalivesMs: 1_000 });
  });

  afterEach(async () => {
    await relay.close();
    await database.drop();
  });

  async function pidOfReader(): Promise<number> {
    const [row] = await database.sql`
      select pid from pg_stat_activity where datname = current_database()
        and application_name = 'pgm/0.0.0 test' and state = 'idle in transaction'`;
    return Number(row?.['pid']);
  }

  async function terminate(): Promise<void> {
    await database.sql`select pg_terminate_backend(${await pidOfReader()}, 5000)`;
  }

  const strikes = {
    'the connection is cut': () => {
      relay.strike('cut');
    },
    'the connection is reset': () => {
      relay.strike('reset');
    },
    'the network falls silent': () => {
      relay.strike('stall');
    },
    'the server drops the session': terminate,
  };

  test.each(Object.entries(strikes))(
    '%s: it is sent again, and has its effect once',
    async (_, strike) => {
      const target = { database: database.name, port: relay.port, patience };
      const held = relay.holdAt(beginning);
      const { finished } = startFiles(longFiles(), target);
      await held;
      await strike();
      const { statuses } = await finished;
      expect(statuses.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied']);
      await expectWhole(database.sql);
      await expectNobodyLeft(database.sql);
    },
  );

  test('the network is slow: it is not taken for dead, and the file is sent once', async () => {
    const slow = await Relay.open(testServer(), { restMs: 100 });
    // What the system holds of it when it has all of it is a second's worth.
    const unhurried = { ...watchfulPatience, lookEveryMs: 2_000 };
    const target = { database: database.name, port: slow.port, patience: unhurried };
    const { events, finished } = startFiles(longFiles(), target);
    await finished;
    expect(events.map(({ kind }) => kind)).not.toContain('waiting-for-postgres');
    await expectWhole(database.sql);
    await slow.close();
  });

  test('we are told to stop: it is broken off at once, has no effect, and has not failed', async () => {
    const stop = new AbortController();
    const held = relay.holdAt(beginning);
    const options = { signal: stop.signal };
    const target = { database: database.name, port: relay.port };
    const { finished } = startFiles(longFiles(), target, options);
    const letGo = await held;
    stop.abort();
    await expect(finished).rejects.toBeInstanceOf(Interrupted);
    letGo();
    await expectNobodyLeft(database.sql);
    expect(await database.sql`select n from effects`).toEqual([]);
    const rows = await database.sql`select filename, state from pgm.migrations`;
    expect(rows).toEqual([{ filename: '001_make.sql', state: 'applied' }]);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'a process that gets a %s ends, while the network takes nothing more',
    async (signal) => {
      const tree = await makeTree(longFiles());
      const url = urlFor(database.name, { port: relay.port });
      const held = relay.holdAt(beginning);
      const args = ['migrate', '--dir', tree.directory];
      const running = new RunningPgm(args, { DATABASE_URL: `${url}?sslmode=disable` });
      const letGo = await held;
      const { exitCode, stderr } = await running.stop(signal);
      expect(stderr).not.toContain('    at ');
      expect(exitCode).toBe(signal === 'SIGINT' ? 130 : 143);
      letGo();
      await expectNobodyLeft(database.sql, '%');
      expect(await database.sql`select n from effects`).toEqual([]);
      await tree.remove();
    },
  );
});

const begin = useTrials();

test.each([
  ['that is ASCII', 'x', 2 << 20],
  ['that is not', 'é', 2 << 20],
  ['that is too long to show anything of', 'x', 5 << 20],
])('an error at the end of a file %s is shown at its place', async (_, letter, length) => {
  const trial = await begin();
  const lines = `select 1 /* ${letter.repeat(length)} */;\n`;
  const ran = await trial.run({ 'a/001_x.sql': `${lines}select 2;\nselect no_such_thing();\n` });
  const { sqlstate, place, excerpt } = failureOf(ran, 'a/001_x.sql');
  expect({ sqlstate, place }).toEqual({ sqlstate: '42883', place: { line: 3, column: 8 } });
  const isShown = length < 4 << 20;
  expect(excerpt).toEqual(
    isShown ? { text: 'select no_such_thing();', caret: 8 } : { text: '•••', caret: 1 },
  );
});

test('several long files and short ones between them are applied in order, each once', async () => {
  const trial = await begin();
  await trial.sql`create table ${trial.sql(trial.name)}.effects (at serial, n int)`;
  const insert = (n: number): string =>
    `insert into ${trial.name}.effects (n) values (${String(n)});`;
  const isLong = [false, true, true, false, true, false, false, true];
  const files = isLong.map((long, n) => {
    const text = long
      ? insert(n).replace('values', `/* ${'ö'.repeat(2 << 20)} */ values`)
      : insert(n);
    return [`a/00${String(n)}_x.sql`, text] as const;
  });
  const ran = await trial.run(Object.fromEntries(files));
  expect(statesOf(ran)).toEqual(files.map(([key]) => `${key} applied`));
  const rows = await trial.sql`select n from ${trial.sql(trial.name)}.effects order by at`;
  expect(rows.map(({ n }) => Number(n))).toEqual(isLong.map((_, n) => n));
  expect(await trial.history()).toEqual(files.map(([key]) => `${key} applied 1`));
});

test('rows of COPY between two long statements are taken in their turn', async () => {
  const trial = await begin();
  const table = `${trial.name}.bulk`;
  const rows = `${'r'.repeat(999)}\n`.repeat(3000);
  const long = `select 1 /* ${'x'.repeat(2 << 20)} */;\n`;
  const text = `create table ${table} (body text);\n${long}copy ${table} from stdin;\n${rows}\\.\n${long}delete from ${table} where ctid = '(0,1)';\n`;
  expect(statesOf(await trial.run({ 'a/001_x.sql': text }))).toEqual(['a/001_x.sql applied']);
  const [counted] = await trial.sql.unsafe(
    `select count(*)::int as n, min(length(body)) as length from ${table}`,
  );
  expect(counted).toEqual({ n: 2999, length: 999 });
});

describe('long files', () => {
  const rows = `insert into bulk values ('${'x'.repeat(9999)}');\n`.repeat(600);
  const files = (name: string): Readonly<Record<string, string>> => {
    const path = `set search_path = ${name};\n`;
    return {
      'a/001_make.sql': `${path}create table bulk (body text);`,
      'a/002_first.sql': `-- pgm:requires a/001\nbegin;\n${path}${rows}commit;\n`,
      'a/003_second.sql': `${path}${rows}do $$begin raise notice 'secret'; end$$;\n`,
      'a/004_count.sql': `${path}create table counted as select count(*)::int as n from bulk;`,
    };
  };

  test('are applied with their headers, and of what the server says to them nothing is shown', async () => {
    const trial = await begin();
    const ran = await trial.run(files(trial.name));
    expect(statesOf(ran).map((line) => line.split(' ')[1])).toEqual(Array(4).fill('applied'));
    const notices = ran.events.flatMap((event) => (event.kind === 'notice' ? [event] : []));
    expect(notices).toMatchObject([{ key: 'a/003_second.sql', notice: { message: '•••' } }]);
    const [counted] = await trial.sql`select n from ${trial.sql(trial.name)}.counted`;
    expect(counted).toEqual({ n: 1200 });
  });

  test('long files that are refused or fail have the place of what is wrong', async () => {
    const trial = await begin();
    const broken = {
      'a/001_late.sql': `${rows}-- pgm:once\n`,
      'a/002_open.sql': `${rows}select 'x;\n`,
      'a/003_psql.sql': `${rows}\\connect x\n`,
      'a/004_commit.sql': `${rows}commit;\n`,
      'b/001_fails.sql': `${rows.replaceAll('insert', '-- insert')}select nothing();\n`,
    };
    const ran = await trial.run(broken);
    const places = Object.keys(broken).map((key) => failureOf(ran, key).place);
    const columns = [1, 8, 1, 1, 8];
    expect(places).toEqual(columns.map((column) => ({ line: 601, column })));
  });
});
