import { afterEach, describe, expect, test } from 'vitest';
import { statesOf, type Trial, useTrials } from '../../faults/trial.js';

const begin = useTrials();
let trial: Trial;

/** The functions of one test are none of the next one's business. */
afterEach(() => trial.sql`drop schema ${trial.sql(trial.name)} cascade`);

/**
 * Runs a file outside a transaction that fails behind its `finished` statements, then again without the failure. How often
 * it said that it starts again at statement 1.
 */
async function resumed(setUp: string, finished: string): Promise<number> {
  trial = await begin();
  const { name, sql } = trial;
  await sql.unsafe(`create table ${name}.t (n int); ${setUp.replaceAll('NAME', name)}`);
  const text = `-- pgm:no-transaction\n${finished};\nselect from NAME.gate;`;
  const files = { 'a/001_x.sql': text.replaceAll('NAME', name) };
  expect(statesOf(await trial.run(files))).toEqual(['a/001_x.sql failed']);
  await sql.unsafe(`create table ${name}.gate ()`);
  const { events, ...ran } = await trial.run(files);
  expect(statesOf({ events, ...ran })).toEqual(['a/001_x.sql applied']);
  const told = events.filter(
    (event) => event.kind === 'notice' && event.notice.message.includes('statement 1 of'),
  );
  return told.length;
}

function routine(body: string, returns = 'void'): string {
  return `create function NAME.f() returns ${returns} language plpgsql as $$ begin ${body} end $$;`;
}

const setsTenant = "perform set_config('app.tenant', 'x', false);";
const onInsert =
  'create table NAME.u (n int); create trigger f after insert on NAME.u execute function NAME.f();';

test('the server does not list a setting that nobody declared', async () => {
  trial = await begin();
  await trial.sql`select set_config('app.tenant', 'x', false)`;
  const [read] = await trial.sql`
    select current_setting('app.tenant') as tenant, (select count(*) from pg_settings where name = 'app.tenant') as listed`;
  expect(read).toEqual({ tenant: 'x', listed: '0' });
  await trial.sql`reset app.tenant`;
});

describe('a file whose session may have a setting that nobody declared starts again at statement 1', () => {
  test.each([
    ['a function', routine(setsTenant), 'select NAME.f()'],
    ['a function that uses SET', routine("set app.tenant = 'x';"), 'select NAME.f()'],
    [
      'a function that makes the SET',
      routine("execute format('set %I.t = 1', 'app');"),
      'select NAME.f()',
    ],
    [
      'a trigger',
      routine(`${setsTenant} return null;`, 'trigger') + onInsert,
      'insert into NAME.u values (1)',
    ],
    [
      'a function with a body that is parsed',
      "create function NAME.f() returns text begin atomic select set_config('app.tenant', 'x', false); end;",
      'select NAME.f()',
    ],
    ['a DO block with set_config', '', `do $$ begin ${setsTenant} end $$`],
    ['a DO block with SET', '', "do $$ begin set app.tenant = 'x'; end $$"],
  ])('%s set it', async (_by, setUp, first) => {
    expect(await resumed(setUp, first)).toEqual(1);
  });

  test('an event trigger set it, whatever the command', async () => {
    const event = 'create event trigger hidden_f on ddl_command_end execute function NAME.f();';
    const setUp = `create index i on NAME.t (n); ${routine(setsTenant, 'event_trigger')}${event}`;
    try {
      const ran = await resumed(
        setUp,
        'drop index concurrently NAME.i; create index if not exists i on NAME.t (n)',
      );
      expect(ran).toEqual(1);
    } finally {
      await trial.sql`drop event trigger hidden_f`;
    }
  });

  test('a function set it that is gone', async () => {
    const ifThere = "if to_regproc('NAME.f') is not null then execute 'select NAME.f()'; end if;";
    const first = `do $$ begin ${ifThere} end $$; drop function if exists NAME.f()`;
    expect(await resumed(routine(setsTenant), first)).toEqual(1);
  });
});

describe('a file goes on at the statement that failed', () => {
  test.each([
    [
      'an index was built',
      routine(setsTenant),
      'create index concurrently i on NAME.t (n); drop index concurrently NAME.i; vacuum NAME.t',
    ],
    [
      'a function sets it until COMMIT only',
      routine("perform set_config('app.tenant', 'x', true);"),
      'select NAME.f()',
    ],
    [
      'a function reads it',
      routine("perform current_setting('app.tenant', true);"),
      'select NAME.f()',
    ],
    ['a function updates rows', routine('update NAME.t set n = 2 where n = 3;'), 'select NAME.f()'],
    ['the file sets it', '', "set app.tenant = 'x'"],
  ])('where %s', async (_what, setUp, first) => {
    expect(await resumed(setUp, first)).toEqual(0);
  });
});
