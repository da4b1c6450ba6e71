import { type Chance, oneOf } from '../support/rounds.js';

/** One statement, with the rows of a COPY. */
export interface Statement {
  readonly sql: string;
  readonly rows?: string;
}

export interface RandomFile {
  readonly path: string;
  /** One transaction, pairs of BEGIN and COMMIT round all of its parts, or each statement by itself. */
  readonly way: 'one' | 'pairs' | 'none';
  readonly statements: readonly Statement[];
}

/** What all files build upon. */
const ground: RandomFile = {
  path: 'a/001_ground.sql',
  way: 'one',
  statements: [
    'create table t1 (id int primary key, v text)',
    'create table t2 (id serial primary key, t int constraint t2_t references t1 deferrable initially deferred, v text)',
    "create table seen (id serial, what text, tenant text default current_setting('app.tenant', true))",
    `create function note() returns trigger language plpgsql as $$ begin
  insert into seen (what) values (tg_table_name || ' ' || new.id); return null; end $$`,
    'create constraint trigger noted after insert on t1 deferrable initially deferred for each row execute function note()',
    `create function be(who text) returns text language sql as $$ select set_config('app.' || 'tenant', who, false) $$`,
    'create schema other',
    'create table other.t1 (id int, v text)',
  ].map((sql) => ({ sql })),
};

/** Three to six files in folders of their own, so that none is held because another failed. */
export function randomFiles(chance: Chance): readonly RandomFile[] {
  const many = 2 + Math.floor(chance() * 4);
  const files = Array.from({ length: many }, (_, at): RandomFile => {
    const path = `${'bcdefg'.charAt(at)}/001_x.sql`;
    const way = oneOf(chance, ['one', 'one', 'one', 'pairs', 'pairs', 'none'] as const);
    return { path, way, statements: statementsOf(way, chance) };
  });
  return [ground, ...files];
}

/** The file as it is written: a statement on its own lines, and its rows below it. */
export function textOf({ way, statements }: RandomFile): string {
  const header = way === 'none' ? '-- pgm:no-transaction\n' : '';
  const lines = statements.map(
    ({ sql, rows }) => `${sql};\n${rows === undefined ? '' : `${rows}\\.\n`}`,
  );
  return header + lines.join('');
}

function statementsOf(way: RandomFile['way'], chance: Chance): readonly Statement[] {
  const some = (): Statement[] =>
    Array.from({ length: 1 + Math.floor(chance() * 4) }, () => statement(way, chance)).flat();
  if (way !== 'pairs') return [...some(), ...some()];
  const pair = (): Statement[] => [{ sql: 'begin' }, ...some(), { sql: 'commit' }];
  return [...pair(), ...pair(), ...(chance() < 0.3 ? pair() : [])];
}

function statement(way: RandomFile['way'], chance: Chance): Statement[] {
  const { make } = oneOf(
    chance,
    kinds.filter(({ ways }) => ways.includes(way)),
  );
  const made = make((below) => 1 + Math.floor(chance() * below));
  return made.map((each) => (typeof each === 'string' ? { sql: each } : each));
}

interface Kind {
  readonly ways: readonly RandomFile['way'][];
  /** `number`: one from 1 up to, and with, that. */
  readonly make: (number: (most: number) => number) => readonly (string | Statement)[];
}

const all = ['one', 'pairs', 'none'] as const;
const inBlock = ['one', 'pairs'] as const;

const kinds: readonly Kind[] = [
  { ways: all, make: (n) => [`insert into t1 values (${n(9)}, 'one')`] },
  { ways: all, make: (n) => [`insert into t1 values (${n(9)}, 'kept') on conflict do nothing`] },
  { ways: all, make: (n) => [`insert into t2 (t) values (${n(9)})`] },
  { ways: all, make: () => ["insert into seen (what) values ('x')"] },
  { ways: all, make: (n) => [`update t1 set v = v || '${n(9)}' where id < ${n(9)}`] },
  { ways: all, make: (n) => [`delete from t1 where id = ${n(9)}`] },
  {
    ways: all,
    make: (n) => [`alter table t1 add column if not exists c${n(3)} int default ${n(9)}`],
  },
  { ways: all, make: (n) => [`alter table t1 drop column c${n(3)}`] },
  { ways: all, make: (n) => [`create table made${n(3)} (id int)`] },
  { ways: all, make: (n) => [`drop table made${n(3)}`] },
  { ways: all, make: (n) => [`create view v${n(2)} as select id from t1 where id > ${n(9)}`] },
  { ways: all, make: (n) => [`create index i${n(3)} on t1 (v)`] },
  {
    ways: all,
    make: (n) => [{ sql: 'copy t1 (id, v) from stdin', rows: `${n(20)}\tcopied\n${n(20)}\t\\N\n` }],
  },
  { ways: all, make: () => ['set search_path = other, public'] },
  { ways: all, make: () => ["set timezone = 'Asia/Tokyo'"] },
  { ways: ['one'], make: () => ['set local search_path = other, public'] },
  { ways: all, make: (n) => [`select set_config('app.tenant', 'c${n(3)}', false)`] },
  { ways: all, make: (n) => [`select public.be('f${n(3)}')`] },
  { ways: all, make: (n) => [`create temp table t1 as select ${n(9)} as id, 'temp' as v`] },
  {
    ways: all,
    make: (n) => [`prepare p as insert into t1 (id, v) values (${n(30)}, 'prepared')`, 'execute p'],
  },
  {
    ways: all,
    make: (n) => [
      `do $$ begin insert into t1 (id, v) values (${n(9)}, 'do'); exception when unique_violation then null; end $$`,
    ],
  },
  {
    ways: all,
    make: (n) => [
      `do $$ begin if (select count(*) from public.seen) > ${n(6)} then raise 'many'; end if; end $$`,
    ],
  },
  { ways: all, make: (n) => [`alter sequence public.t2_id_seq restart with ${n(50)}`] },
  { ways: inBlock, make: () => ['set constraints all immediate'] },
  {
    ways: inBlock,
    make: (n) => [
      `savepoint s${n(2)}`,
      `insert into t1 (id, v) values (${n(99)}, 'undone')`,
      "select public.be('undone')",
      'rollback to savepoint s1',
    ],
  },
  {
    ways: inBlock,
    make: (n) => ['savepoint r', `insert into t1 (id, v) values (${n(99)}, 'r')`, 'release r'],
  },
  { ways: all, make: () => ['select 1 / 0'] },
  { ways: all, make: () => ["insert into t1 (id) values ('x')"] },
  { ways: all, make: () => ['select from nowhere'] },
];
