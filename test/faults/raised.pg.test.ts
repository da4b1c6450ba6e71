import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';
import { migrateFiles } from '../support/run.js';
import { testServer } from '../support/server.js';

/** What they mean, if the server says them: it is full, its disk is broken, it starts, it stops. */
const codes = ['53100', '53300', '58030', '57P03', '57P01'];

const { user, password, host, port } = testServer();
const raise = "raise exception 'no' using errcode = 'CODE';";
const elsewhere = (name: string): string =>
  `host=${host} port=${port} user=${user} password=${password} dbname=${name}`;

/** A file that raises an error with the code `CODE` in the database `NAME`, on which line, and as which kind of file. */
const files: readonly (readonly [how: string, sql: string, line: number])[] = [
  ['in a DO block', `do $$ begin\n  ${raise} end $$;`, 2],
  ['in a function of an earlier file', `select 1;\nselect fails('CODE');`, 2],
  ['in a trigger of an earlier file', `select 1;\ninsert into watched values ('CODE');`, 2],
  ['in a procedure, outside a transaction', `-- pgm:no-transaction\ncall fails_too('CODE');`, 2],
  [
    'in another database, over dblink',
    `select 1;\nselect dblink_exec('${elsewhere('NAME')}', $a$do $$ begin ${raise} end $$$a$);`,
    2,
  ],
  ['in another database, over a foreign table', `select 1;\ninsert into far values ('CODE');`, 2],
];

const prepared = `
  create extension dblink; create extension postgres_fdw;
  create function fails(code text) returns void language plpgsql
    as $$ begin raise exception 'no' using errcode = code; end $$;
  create procedure fails_too(code text) language plpgsql as $$ begin perform fails(code); end $$;
  create function fails_on() returns trigger language plpgsql
    as $$ begin perform public.fails(new.code); return new; end $$;
  create table watched (code text); create table later (code text);
  create trigger t before insert on watched for each row execute function fails_on();
  create constraint trigger t after insert on later deferrable initially deferred
    for each row execute function fails_on();
  create server elsewhere foreign data wrapper postgres_fdw
    options (host '${host}', port '${port}', dbname 'NAME');
  create user mapping for current_user server elsewhere
    options (user '${user}', password '${password}');
  create foreign table far (code text) server elsewhere options (table_name 'watched');`;

describe('an error with a code that the file chose is its own failure, told at once', () => {
  let database: Database;
  beforeAll(async () => {
    database = await createDatabase();
    await database.sql.unsafe(prepared.replaceAll('NAME', database.name));
  });
  afterAll(() => database.drop());

  /** Tries a file for each code, and one after them; returns what was said of them. */
  async function tried(historySchema: string, sql: string): Promise<readonly unknown[]> {
    const raising = codes.map((code): [string, string] => [
      `c${code.toLowerCase()}/001_x.sql`,
      sql.replaceAll('CODE', code).replaceAll('NAME', database.name),
    ]);
    const all = { ...Object.fromEntries(raising), 'z/001_x.sql': 'select 1;' };
    const { report, events } = await migrateFiles(all, { database: database.name, historySchema });
    expect(events.map(({ kind }) => kind)).not.toContain('waiting-for-postgres');
    const stored = await database.sql`
      select state, attempts from ${database.sql(historySchema)}.migrations order by schema`;
    expect(stored.map(({ state, attempts }) => `${state} ${attempts}`)).toEqual([
      ...codes.map(() => 'failed 1'),
      'applied 1',
    ]);
    return report.statuses.map(({ failure }) =>
      failure === null ? null : [failure.sqlstate, failure.place?.line ?? null, failure.advice],
    );
  }

  test.each(files.map((each, at) => [...each, at] as const))('%s', async (_, sql, line, at) => {
    const failures = [...codes].sort().map((code) => [code, line, null]);
    expect(await tried(`history_${at}`, sql)).toEqual([...failures, null]);
  });

  test('in a deferred trigger, at COMMIT', async () => {
    const said = await tried('history_late', "insert into later values ('CODE');");
    const advice = expect.stringMatching(/^a deferred trigger raised it at COMMIT/) as string;
    const failures = [...codes].sort().map((code) => [code, null, advice]);
    expect(said).toEqual([...failures, null]);
  });
});

test.each(['lock_not_available', 'deadlock_detected', 'serialization_failure'])(
  'a file that raises %s itself asks for another try, and gets five in all',
  async (code) => {
    const database = await createDatabase();
    try {
      await database.sql`create sequence tries`;
      const sql = `select nextval('tries'); do $$ begin raise 'not now' using errcode = '${code}'; end $$;`;
      const { report } = await migrateFiles({ 'a/001_x.sql': sql }, { database: database.name });
      expect(report.statuses.map(({ state }) => state)).toEqual(['failed']);
      expect(await database.sql`select last_value::int as tries from tries`).toEqual([
        { tries: 5 },
      ]);
    } finally {
      await database.drop();
    }
  },
);
