import { describe, expect, test } from 'vitest';
import { everyExpr } from '../../../src/core/grammar/expressions.js';
import type { NestedStatement, Statement } from '../../../src/core/grammar/statement.js';
import { openGrammar } from '../../../src/sql/grammar/open-grammar.js';

const grammar = await openGrammar();

function read(sql: string): Statement {
  const parsed = grammar.parse(sql, { start: 0, end: sql.length });
  if (parsed.kind === 'unread') throw new Error(`${parsed.at}: ${parsed.reason}`);
  return parsed.statement;
}

/** A name without its place. */
const named = (schema: string | null, name: string): unknown =>
  expect.objectContaining({ schema, name });

describe('a statement is read as what it is', () => {
  test.each<readonly [string, object]>([
    [
      'CREATE TABLE IF NOT EXISTS s.t (id bigint PRIMARY KEY, v varchar(10) NOT NULL DEFAULT now(), CHECK (v > 1), FOREIGN KEY (id) REFERENCES r (x))',
      {
        kind: 'create-table',
        creates: expect.objectContaining({ ifNotExists: true }) as unknown,
        table: named('s', 't'),
        columns: [
          expect.objectContaining({ name: 'id', isNotNull: true }),
          expect.objectContaining({
            name: 'v',
            isNotNull: true,
            type: expect.objectContaining({ name: 'varchar', modifiers: [10] }) as unknown,
            default: expect.objectContaining({ kind: 'call', name: 'now' }) as unknown,
          }),
        ],
        constraints: [
          expect.objectContaining({ type: 'check' }),
          expect.objectContaining({ type: 'foreign key', references: named(null, 'r') }),
        ],
      },
    ],
    ['CREATE TEMP TABLE t (a int) ON COMMIT DROP', { persistence: 'temporary' }],
    [
      'CREATE TABLE p PARTITION OF s.t DEFAULT',
      { partitionOf: named('s', 't'), isDefault: true, inherits: [] },
    ],
    ['SELECT 1 INTO t', { kind: 'create-table-as', table: named(null, 't') }],
    [
      'CREATE UNIQUE INDEX CONCURRENTLY i ON ONLY t (lower(a), b) WHERE c',
      {
        kind: 'create-index',
        unique: true,
        concurrently: true,
        withPartitions: false,
        columns: [null, 'b'],
      },
    ],
    [
      'ALTER TABLE IF EXISTS ONLY t ADD COLUMN IF NOT EXISTS a int, ALTER b TYPE text USING b::text, ALTER c SET NOT NULL, VALIDATE CONSTRAINT d, ADD CONSTRAINT e UNIQUE USING INDEX f, ENABLE ROW LEVEL SECURITY, REPLICA IDENTITY FULL, SET LOGGED',
      {
        kind: 'alter-table',
        withChildren: false,
        actions: [
          expect.objectContaining({ kind: 'add-column', ifNotExists: true }),
          expect.objectContaining({ kind: 'alter-type', column: 'b' }),
          expect.objectContaining({ kind: 'set-not-null', column: 'c' }),
          expect.objectContaining({ kind: 'validate-constraint', constraint: 'd' }),
          expect.objectContaining({
            kind: 'add-constraint',
            constraint: expect.objectContaining({ type: 'unique', usingIndex: 'f' }) as unknown,
          }),
          expect.objectContaining({ kind: 'row-security', change: 'enable' }),
          expect.objectContaining({ kind: 'replica-identity', identity: 'full' }),
          expect.objectContaining({ kind: 'other', word: 'SetLogged' }),
        ],
      },
    ],
    [
      'ALTER TABLE t ATTACH PARTITION p FOR VALUES IN (1)',
      {
        actions: [
          expect.objectContaining({ kind: 'attach-partition', partition: named(null, 'p') }),
        ],
      },
    ],
    [
      'ALTER TABLE t DETACH PARTITION p CONCURRENTLY',
      { actions: [expect.objectContaining({ kind: 'detach-partition', concurrently: true })] },
    ],
    [
      'DROP TRIGGER IF EXISTS x ON s.t',
      {
        kind: 'drop',
        object: 'trigger',
        ifExists: true,
        names: [expect.objectContaining({ name: 'x', on: named('s', 't') })],
      },
    ],
    [
      'DROP INDEX CONCURRENTLY a.i, j',
      { object: 'index', concurrently: true, names: [named('a', 'i'), named(null, 'j')] },
    ],
    ['DROP SCHEMA s CASCADE', { object: 'schema', cascade: true, names: [named(null, 's')] }],
    ['DROP FUNCTION s.f(int)', { object: 'function', names: [named('s', 'f')] }],
    [
      'ALTER TABLE s.t RENAME TO u',
      { kind: 'rename', object: 'table', name: named('s', 't'), part: null, to: 'u' },
    ],
    [
      'ALTER TABLE t RENAME COLUMN a TO b',
      { kind: 'rename', object: 'column', part: 'a', to: 'b' },
    ],
    [
      "ALTER TYPE e ADD VALUE IF NOT EXISTS 'x'",
      { kind: 'alter-enum', adds: 'x', ifNotExists: true },
    ],
    [
      'TRUNCATE a, b CASCADE',
      { kind: 'truncate', tables: [named(null, 'a'), named(null, 'b')], cascade: true },
    ],
    ['VACUUM (FULL) t', { kind: 'vacuum', full: true }],
    ['VACUUM (FULL off) t', { kind: 'vacuum', full: false }],
    ['REINDEX TABLE CONCURRENTLY t', { kind: 'reindex', what: 'table', concurrently: true }],
    [
      'REFRESH MATERIALIZED VIEW CONCURRENTLY v',
      { kind: 'refresh', concurrently: true, withData: true },
    ],
    ['LOCK TABLE t IN SHARE MODE', { kind: 'lock', mode: 'SHARE' }],
    [
      'INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING',
      { kind: 'insert', columns: ['a'], onConflict: 'nothing' },
    ],
    ['UPDATE t AS x SET n = n + 1', { kind: 'update', alias: 'x', where: null }],
    ['SET LOCAL search_path = a, b', { kind: 'set', name: 'search_path', values: ['a', 'b'] }],
    ["SET lock_timeout = '2s'", { kind: 'set', name: 'lock_timeout', values: ['2s'] }],
    ['RESET ALL', { kind: 'set', name: 'all', values: null }],
    [
      'GRANT SELECT ON ALL TABLES IN SCHEMA s TO PUBLIC, a',
      { kind: 'grant', allInSchema: true, privileges: ['SELECT'], grantees: ['public', 'a'] },
    ],
    [
      "ALTER ROLE r PASSWORD 'x' SUPERUSER",
      { kind: 'other', passwords: [{ of: 'role r', at: 13 }] },
    ],
    [
      "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT 1'",
      {
        kind: 'create-function',
        volatility: 'stable',
        securityDefiner: true,
        settings: [{ name: 'search_path', values: [''] }],
      },
    ],
    [
      'CREATE CAST (a AS b) WITHOUT FUNCTION',
      {
        kind: 'create',
        creates: expect.objectContaining({ object: 'cast', name: 'a as b' }) as unknown,
      },
    ],
    [
      'CREATE PUBLICATION p FOR ALL TABLES',
      { creates: expect.objectContaining({ object: 'publication', name: 'p' }) as unknown },
    ],
    ['NOTIFY a', { kind: 'other', node: 'NotifyStmt' }],
  ])('%s', (sql, expected) => {
    expect(read(sql)).toMatchObject(expected);
  });
});

describe('an expression', () => {
  test('is a tree of what it is made of', () => {
    const statement = read(
      "UPDATE t SET n = coalesce(n, 0) + 1 WHERE NOT EXISTS (SELECT FROM u WHERE a IN ('x'))",
    );
    if (statement.kind !== 'update') throw new Error(statement.kind);
    const kinds = [...everyExpr(statement.assignments[0]?.value ?? null)].map((each) => each.kind);
    expect(kinds).toEqual(['operator', 'call', 'column', 'constant', 'constant']);
    expect(
      [...everyExpr(statement.where)].map((each) => ('name' in each ? each.name : each.kind)),
    ).toEqual(['not', 'query', 'in', 'column', 'other', 'constant']);
    expect(statement.reads).toEqual([named(null, 'u')]);
  });
});

test('what a WITH writes is a statement of its own, and its names are no tables', () => {
  const statement = read(
    'WITH d AS (DELETE FROM a.t RETURNING *) INSERT INTO u SELECT * FROM d, v',
  );
  expect(statement.writes).toMatchObject([{ kind: 'delete', table: named('a', 't') }]);
  expect(statement).toMatchObject({ query: { reads: [named(null, 'v')], readsWith: true } });
});

test('what an INSERT reads by way of its WITH, it reads too', () => {
  const statement = read('WITH d AS (SELECT * FROM v) INSERT INTO u SELECT * FROM d');
  expect(statement).toMatchObject({ query: { reads: [named(null, 'v')], readsWith: true } });
});

test('the names of a WITH are no tables to the statements in it', () => {
  const { writes } = read(
    'WITH d AS (DELETE FROM t RETURNING *), e AS (INSERT INTO u SELECT * FROM d) SELECT 1',
  );
  expect(writes[1]).toMatchObject({ query: { reads: [], readsWith: true } });
});

describe('a body of PL/pgSQL', () => {
  const nested = (body: string) => {
    const { body: found } = read(`DO $$ ${body} $$`);
    return found?.statements.map(({ statement, isConditional, caught, conditions }) => [
      statement.kind,
      isConditional,
      caught,
      conditions.length,
    ]);
  };

  test('tells what may run or not, and what is caught', () => {
    expect(
      nested(`DECLARE r record; BEGIN
        INSERT INTO a VALUES (1);
        IF x THEN DELETE FROM a; ELSE UPDATE a SET b = 1; END IF;
        BEGIN CREATE TYPE t AS ENUM (); EXCEPTION WHEN duplicate_object THEN DROP TYPE t; END;
        FOR r IN SELECT 1 LOOP TRUNCATE a; END LOOP;
      END`),
    ).toEqual([
      ['insert', false, [], 0],
      ['delete', true, [], 1],
      ['update', true, [], 1],
      ['create', false, ['duplicate_object'], 0],
      ['drop', true, [], 0],
      ['select', false, [], 0],
      ['truncate', true, [], 0],
    ]);
  });

  test('goes on conditionally after what may have returned', () => {
    expect(nested('BEGIN IF x THEN RETURN; END IF; DROP TABLE t; END')).toEqual([
      ['drop', true, [], 1],
    ]);
  });

  test('has what EXECUTE runs, where it is a constant', () => {
    const { body } = read("DO $$ BEGIN EXECUTE 'DROP TABLE a; DROP TABLE b'; EXECUTE x; END $$");
    expect(
      body?.statements.map(({ statement }) => statement.body?.statements.length ?? null),
    ).toEqual([2, null]);
  });

  test('has its own places where it stands in the file as it is, and else the place of the text', () => {
    const placesIn = (sql: string) => {
      const places = (statements: readonly NestedStatement[]): readonly string[] =>
        statements.flatMap(({ statement }) => {
          const at = 'table' in statement && statement.table !== null ? statement.table.at : null;
          const own = at === null ? [] : [sql.slice(at, at + 4)];
          return [...own, ...places(statement.body?.statements ?? [])];
        });
      return places(read(sql).body?.statements ?? []);
    };
    const both = (literal: string) =>
      placesIn(`DO $$ BEGIN DELETE FROM ab.c; EXECUTE ${literal}; DELETE FROM de.f; END $$`);
    expect(both("'DELETE FROM gh.i'")).toEqual(['ab.c', 'gh.i', 'de.f']);
    expect(both('$x$ TRUNCATE x; DELETE FROM gh.i$x$')).toEqual(['ab.c', 'gh.i', 'de.f']);
    expect(both("'DELETE FROM gh.i WHERE a = ''x'''")).toEqual(['ab.c', "'DEL", 'de.f']);
    expect(placesIn("DO 'BEGIN DELETE FROM ab.c WHERE a = ''x''; END'")).toEqual(["DO '"]);
    expect(placesIn("CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM ab.c'")).toEqual(
      ['ab.c'],
    );
  });

  test('may have variables of types that only a database knows', () => {
    const { body } = read(`CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE
        one shop.orders%ROWTYPE; -- the first
        two part; BEGIN
      one.total := 1;
      SELECT 1, 2 INTO two.a, two.b;
      INSERT INTO t VALUES (one.total, two.a);
    END $$`);
    expect(body).toMatchObject({ unread: null });
    expect(body?.statements.map(({ statement }) => statement.kind)).toEqual(['select', 'insert']);
    const unknown = read('DO $$ BEGIN one.total := 1; END $$').body?.unread;
    expect(unknown?.reason).toBe('the grammar refuses it');
  });

  test('of a function is read with its arguments', () => {
    const { body } = read(
      'CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql AS $x$ BEGIN a := 1; PERFORM g(a); RETURN a; END $x$',
    );
    expect(body).toMatchObject({ language: 'plpgsql', unread: null });
    expect(body?.statements.map(({ statement }) => statement.kind)).toEqual(['select']);
  });
});

describe('rows', () => {
  test('by the thousand are read in part, and places behind them are right', () => {
    const rows = Array.from({ length: 40_000 }, (_, at) => `(${at}, 'ä')`).join(',\n');
    const sql = `INSERT INTO t (a, b) VALUES ${rows} ON CONFLICT (a) DO UPDATE SET b = excluded.b`;
    const statement = read(sql);
    if (statement.kind !== 'insert') throw new Error(statement.kind);
    expect(statement.query?.rows).toHaveLength(100);
    expect(statement.onConflict).toBe('update');
    expect(statement.assignments.map(({ at }) => at)).toEqual([sql.lastIndexOf('b = excluded')]);
  });
});
