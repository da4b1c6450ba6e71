export type Way = 'one' | 'pairs' | 'none';

/** One statement, with the rows of a COPY. */
export interface Statement {
  readonly sql: string;
  readonly rows?: string;
}

/** Statements of one kind, which a random file may contain. */
export interface Kind {
  readonly ways: readonly Way[];
  /** `number`: one from 1 up to, and with, that. */
  readonly make: (number: (most: number) => number) => readonly (string | Statement)[];
  readonly fails?: 'often';
}

export const all = ['one', 'pairs', 'none'] as const;
export const inBlock = ['one', 'pairs'] as const;

/** A kind for each of the statements. */
export function plain(
  ways: Kind['ways'],
  statements: readonly string[],
  fails?: 'often',
): readonly Kind[] {
  return statements.map((sql) => ({
    ways,
    make: () => [sql],
    ...(fails === undefined ? {} : { fails }),
  }));
}

/** What often fails because other statements of the same folder made, or did not make, something. */
const failing: readonly Kind[] = [
  { ways: all, make: (n) => [`insert into t1 values (${n(9)}, 'one')`] },
  { ways: all, make: (n) => [`insert into t2 (t) values (${n(9)})`] },
  { ways: all, make: (n) => [`alter table t1 drop column c${n(3)}`] },
  { ways: all, make: (n) => [`create table made${n(3)} (id int)`] },
  { ways: all, make: (n) => [`select id into made${n(3)} from public.t1`] },
  { ways: all, make: (n) => [`drop table made${n(3)}`] },
  { ways: all, make: (n) => [`create view v${n(2)} as select id from t1 where id > ${n(9)}`] },
  { ways: all, make: (n) => [`create index i${n(3)} on t1 (v)`] },
  {
    ways: all,
    make: (n) => [{ sql: 'copy t1 (id, v) from stdin', rows: `${n(20)}\tcopied\n${n(20)}\t\\N\n` }],
  },
  {
    ways: all,
    make: (n) => [
      {
        sql: 'copy public.t1 (id, v) from stdin with (format csv, header)',
        rows: `id,v\n${n(60)},"a\nb"\n`,
      },
    ],
  },
  { ways: all, make: (n) => [`create temp table t1 as select ${n(9)} as id, 'temp' as v`] },
  {
    ways: all,
    make: (n) => [
      `do $$ begin if (select count(*) from public.seen) > ${n(6)} then raise 'many'; end if; end $$`,
    ],
  },
  { ways: inBlock, make: (n) => [`rollback to s${n(2)}`] },
  { ways: inBlock, make: (n) => [`release s${n(2)}`] },
  ...['lo_create(#)', "lo_from_bytea(#, 'x')", 'lo_unlink(#)'].map((call): Kind => ({
    ways: all,
    make: (n) => [`select ${call.replace('#', String(90_000 + n(3)))}`],
  })),
  {
    ways: all,
    make: (n) => [
      `create procedure ended${n(2)}() language plpgsql as $$ begin insert into public.seen (what) values ('p'); commit; end $$`,
    ],
  },
  { ways: all, make: (n) => [`call ended${n(2)}()`] },
  ...plain(all, [
    'select 1 / 0',
    "insert into t1 (id) values ('x')",
    'select from nowhere',
    'lock table t1 in access exclusive mode',
    'create schema app create table at (id int) create view av as select id from at',
    'create rule r as on update to public.t1 do also insert into public.seen (what) values (old.id::text)',
    'alter table public.t2 alter constraint t2_t not deferrable',
    "create or replace function note() returns trigger language plpgsql as $$ begin raise 'noted %', new.id; end $$",
  ]),
];

export const kinds: readonly Kind[] = [
  ...failing.map(({ ways, make }): Kind => ({ ways, make, fails: 'often' })),
  { ways: all, make: (n) => [`insert into t1 values (${n(9)}, 'kept') on conflict do nothing`] },
  { ways: all, make: (n) => [`update t1 set v = v || '${n(9)}' where id < ${n(9)}`] },
  { ways: all, make: (n) => [`delete from t1 where id = ${n(9)}`] },
  {
    ways: all,
    make: (n) => [`alter table t1 add column if not exists c${n(3)} int default ${n(9)}`],
  },
  ...plain(all, [
    "insert into seen (what) values ('x')",
    'set search_path = other, public',
    "set timezone = 'Asia/Tokyo'",
    'truncate t1 cascade',
    'alter table t1 disable trigger noted',
    'alter table t1 enable trigger noted',
    'drop rule if exists r on public.t1',
    'alter table public.t2 alter constraint t2_t deferrable initially deferred',
    "alter table public.seen alter column tenant set default coalesce(current_setting('app.tenant', true), 'none')",
  ]),
  ...plain(['one'], ['set local search_path = other, public']),
  { ways: all, make: () => [{ sql: 'copy public.seen (what) from stdin', rows: '' }] },
  { ways: all, make: (n) => [`select set_config('app.tenant', 'c${n(3)}', false)`] },
  { ways: all, make: (n) => [`select public.be('f${n(3)}')`] },
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
      `merge into public.t1 using (values (${n(9)})) as s(id) on t1.id = s.id when matched then update set v = 'merged' when not matched then insert (id, v) values (s.id, 'new')`,
    ],
  },
  {
    ways: all,
    make: (n) => [
      `explain analyze insert into public.t1 values (${n(40)}, 'explained') on conflict do nothing`,
    ],
  },
  { ways: all, make: (n) => [`alter sequence public.t2_id_seq restart with ${n(50)}`] },
  ...plain(inBlock, [
    'set constraints all immediate',
    'set constraints all deferred',
    'set constraints t2_t immediate',
  ]),
  { ways: inBlock, make: (n) => [`savepoint s${n(2)}`] },
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
];
