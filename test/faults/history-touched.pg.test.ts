import { beforeAll, describe, expect, test } from 'vitest';
import { failureOf, statesOf, type Trial, useTrials } from './trial.js';

const begin = useTrials();

/** Outside of transactions and so not to be undone; each leaves the tables, so that the run can say so. */
const lastingTouches: readonly (readonly [string, string])[] = [
  ['its own row', 'update PGM.migrations set statements_done = 7'],
  ['the row of another file', `delete from PGM.migrations where filename = '001_first.sql'`],
  ['the state of another file', `update PGM.migrations set attempts = 7 where schema = 'a'`],
  [
    'a row it makes up',
    `insert into PGM.migrations select schema, '009_x.sql', state, checksum, checksum, now(), 1, 1, null, 'r', 'v', 'me' from PGM.migrations limit 1 on conflict (schema, filename) do update set attempts = migrations.attempts + 1`,
  ],
  ['the record of tries', 'delete from PGM.attempts'],
  ['all of it', 'truncate PGM.attempts'],
  ['the layout', 'insert into PGM.layout (version) select min(version) - 1 from PGM.layout'],
  ['in a DO block', `do $do$ begin execute 'delete from ' || 'PGM' || '.attempts'; end $do$`],
];

/** Files that make a table, and do `statements`. */
async function writtenOut({ sql, name }: Trial, statements: readonly string[]): Promise<string[]> {
  await sql`create table ${sql(name)}.effects (n int)`;
  return statements.map((statement, at) => `create table ${name}.t${String(at)} (); ${statement};`);
}

/** Files of which no word tells that they do `statements`. */
async function byFunctions({ sql, name }: Trial, statements: readonly string[]): Promise<string[]> {
  await sql`create table ${sql(name)}.effects (n int)`;
  for (const [at, statement] of statements.entries()) {
    await sql.unsafe(`create function ${name}.touch_${String(at)}() returns void language plpgsql
      as $touch$ begin execute $sql$${statement}$sql$; end $touch$`);
  }
  return statements.map(
    (_, at) => `insert into ${name}.effects values (1); select ${name}.touch_${String(at)}();`,
  );
}

describe.each(['on', 'off'])(
  'a file that touches the schema of the history, track_counts %s',
  (counts) => {
    beforeAll(async () => {
      const { sql, target } = await begin();
      await sql.unsafe(`alter database ${target.database} set track_counts = ${counts}`);
    });

    const touches: readonly (readonly [string, string])[] = [
      ['its own row', `update PGM.migrations set attempts = 7`],
      ['the row of another file', `delete from PGM.migrations where filename = '001_first.sql'`],
      [
        'a row it makes up',
        `insert into PGM.migrations select schema, '009_x.sql', state, checksum, checksum, now(), 1, 1, null, 'r', 'v', 'me' from PGM.migrations limit 1`,
      ],
      ['the record of tries', 'delete from PGM.attempts'],
      ['all rows', 'truncate PGM.attempts'],
      ['all rows, its own too', 'truncate PGM.migrations'],
      ['the layout', 'update PGM.layout set version = version + 99'],
      ['the intents', 'update PGM.intents set at = now()'],
      [
        'a catalog that was kept',
        `insert into PGM.catalogs values (9, 'r', 'f', '', 'm', 'p', 1, 'r', '{}', false, now(), 'me', 'v')`,
      ],
      ['a column', 'alter table PGM.migrations rename checksum to sum'],
      ['a table', 'drop table PGM.attempts'],
      ['a table of its own in there', 'create table PGM.mine ()'],
      ['the whole schema', 'drop schema PGM cascade'],
      ['its name', 'alter schema PGM rename to elsewhere'],
      ['in a DO block', `do $do$ begin execute 'update PGM.migrations set attempts = 7'; end $do$`],
      [
        'and hides it in a block that catches',
        `do $do$ begin delete from PGM.attempts; exception when others then null; end $do$`,
      ],
    ];

    test.each([
      ['in its own words', writtenOut],
      ['by functions that were there before', byFunctions],
    ])('%s is rolled back and told so; the history stays whole', async (_, written) => {
      const trial = await begin();
      const history = trial.target.historySchema!;
      const statements = touches.map(([, sql]) => sql.replaceAll('PGM', history));
      const files = Object.fromEntries(
        (await written(trial, statements)).map((sql, at) => [`s${String(at)}/002_x.sql`, sql]),
      );
      const ran = await trial.run({
        'a/001_first.sql': 'select 1;',
        ...files,
        'b/001_last.sql': 'select 1;',
      });
      for (const [at, [what]] of touches.entries()) {
        const { message, sqlstate } = failureOf(ran, `s${String(at)}/002_x.sql`);
        // Where the name stands in a literal of the file too, it is masked like the literal.
        expect([`"${history}"`, '"•••"'], `${what}: ${message}`).toContain(
          /the file touches the schema (".*"), where pgm keeps its history; all of it was rolled back/.exec(
            message,
          )?.[1],
        );
        expect(sqlstate, what).toBe('2F002');
      }
      expect(ran.report.statuses.filter(({ state }) => state === 'applied')).toHaveLength(2);
      expect(await trial.history()).toHaveLength(touches.length + 2);
      const left =
        await trial.sql`select relname from pg_class where relnamespace = ${trial.name}::regnamespace and relkind = 'r'`;
      expect(left.filter(({ relname }) => relname !== 'effects')).toEqual([]);
      expect(await trial.sql`select 1 from ${trial.sql(trial.name)}.effects`).toEqual([]);
    });

    test('is found out when it runs without a transaction, and again as long as it does it', async () => {
      const trial = await begin();
      const history = trial.target.historySchema!;
      const files = {
        'a/001_x.sql': `-- pgm:no-transaction\nselect 1; update ${history}.migrations set statements_done = 7; select 1;`,
      };
      for (const attempt of [1, 2]) {
        const failure = failureOf(await trial.run(files), 'a/001_x.sql');
        expect(failure.message).toContain(`touches the schema "${history}"`);
        expect(failure.message).toContain('could not be undone');
        expect(await trial.history()).toEqual([`a/001_x.sql failed ${attempt}`]);
      }
    });

    test.each(lastingTouches)(
      'without a transaction, and as long as it does it: %s',
      async (_, sql) => {
        const trial = await begin();
        const history = trial.target.historySchema!;
        await trial.run({ 'a/001_first.sql': 'select 1;' });
        const files = {
          'a/001_first.sql': 'select 1;',
          'b/001_x.sql': `-- pgm:no-transaction\nselect 1; ${sql.replaceAll('PGM', history)}; select 1;`,
        };
        for (const attempt of [1, 2]) {
          const failure = failureOf(await trial.run(files), 'b/001_x.sql');
          expect(failure.message, String(attempt)).toMatch(
            /touches the schema .*could not be undone/,
          );
          expect(failure.sqlstate).toBe('2F002');
        }
      },
    );

    test('without a transaction: reading it, and working on its tables without changing a row, is fine', async () => {
      const trial = await begin();
      const history = trial.target.historySchema!;
      const ran = await trial.run({
        'a/001_x.sql': `-- pgm:no-transaction
select count(*) from ${history}.attempts; vacuum full ${history}.migrations; vacuum freeze ${history}.attempts;
create index concurrently on ${history}.attempts (outcome); select * from ${history}.migrations for update;`,
      });
      expect(statesOf(ran)).toEqual(['a/001_x.sql applied']);
    });

    test('a file that takes the history away without a transaction ends the run, saying which file it was', async () => {
      const trial = await begin();
      const history = trial.target.historySchema!;
      const run = trial.run({
        'a/001_x.sql': `-- pgm:no-transaction\ndrop schema ${history} cascade;`,
      });
      await expect(run).rejects.toThrow(`a/001_x.sql: the file touches the schema "${history}"`);
    });

    test('reading it, and letting others read it, is fine', async () => {
      const trial = await begin();
      const history = trial.target.historySchema!;
      const ran = await trial.run({
        'a/001_view.sql': `create view ${trial.name}.v as select * from ${history}.migrations; grant usage on schema ${history} to public; grant select on ${history}.attempts to public;`,
        'a/002_read.sql': `select count(*) from ${trial.name}.v; analyze ${history}.migrations;`,
      });
      expect(statesOf(ran)).toEqual(['a/001_view.sql applied', 'a/002_read.sql applied']);
    });
  },
);
