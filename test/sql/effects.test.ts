import { describe, expect, test } from 'vitest';
import { createSqlReader } from '../../src/sql/read-sql.js';
import { adding, changing } from './statements.js';

const reader = createSqlReader();
const effects = (sql: string) => reader.effects(sql);

/** Names of the statements that do not only add. */
async function changesIn(sql: string): Promise<readonly string[]> {
  return (await effects(sql)).filter(({ adds }) => !adds).map(({ command }) => command);
}

async function subjectsOf(sql: string): Promise<readonly string[]> {
  return (await effects(sql)).flatMap(({ subjects }) => [...subjects]);
}

describe('what a statement does', () => {
  test.each(adding)('adds: %s', async (sql) => {
    expect(await changesIn(sql)).toEqual([]);
  });

  test.each(changing)('may change: %s', async (sql, name) => {
    expect(await changesIn(sql)).toEqual([name]);
  });

  test.each(['selec 1', 'create tabel t (a int)', 'drop gadget g', 'alter gadget g add x'])(
    'is not known: %s',
    async (sql) => {
      expect(await effects(sql)).toMatchObject([{ adds: false, reach: 'named' }]);
    },
  );

  test('is told of rows of COPY, and not looked for in them', async () => {
    const sql = 'copy t from stdin;\ndrop table t;\n\\.\n';
    expect(await effects(sql)).toMatchObject([{ command: 'COPY', adds: true, reach: 'named' }]);
    expect(await changesIn(`${sql}delete from t;`)).toEqual(['DELETE']);
  });

  test('is nothing in a text without statements', async () => {
    for (const sql of ['', ' \n', '-- drop table t', ';;']) expect(await effects(sql)).toEqual([]);
  });

  test('is made out behind a command of psql and before a quote that never ends', async () => {
    expect(await changesIn("\\set x 1\nupdate t set a = 1; select 'a")).toEqual([
      'UPDATE',
      'quoted string',
    ]);
  });

  test('is found however deep an expression is nested', async () => {
    const sql = `select ${'('.repeat(12_000)}1${')'.repeat(12_000)}; drop table t;`;
    expect(await changesIn(sql)).toEqual(['DROP TABLE']);
  });
});

describe('what a statement does something to', () => {
  test.each([
    ['create table if not exists s.t (a int references u)', ['t']],
    ['create unique index concurrently i on only s.t (a)', ['i', 't']],
    ['alter table only s."T" rename to u', ['T', 'u']],
    ['insert into S.T (a) values (1) on conflict (a) do nothing', ['t']],
    ['comment on column s.t.c is $$x$$', ['c']],
    ['grant select on table a, s.b to r', ['a', 'b']],
    ['drop table if exists s.a, b cascade', ['a', 'b']],
    ['truncate a, b', ['a', 'b']],
    ['create trigger g after insert on t for each row execute function f()', ['g', 't']],
    ['update only t set a = 1', ['t']],
    ['delete from t', ['t']],
    ['create view v as select a from t', ['v']],
    ['copy s.t from stdin', ['t']],
  ])('%s', async (sql, subjects) => {
    expect(await subjectsOf(sql)).toEqual(subjects);
  });
});

test('a text of megabytes is read in many short turns, others running in between', async () => {
  let turns = 0;
  let reading = true;
  const count = (): void => {
    turns += 1;
    if (reading) setImmediate(count);
  };
  setImmediate(count);
  const many = "insert into t values (1, 'é;', now());\n".repeat(110_000);
  expect(await changesIn(`${many}drop table t;`)).toEqual(['DROP TABLE']);
  reading = false;
  expect(turns).toBeGreaterThan(20);
});
