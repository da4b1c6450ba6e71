import { type Chance, oneOf } from '../support/rounds.js';
import { type Kind, kinds, type Statement, type Way } from './random-kinds.js';
import { sessionKinds } from './random-session-kinds.js';

export interface RandomFile {
  readonly path: string;
  /** One transaction, pairs of BEGIN and COMMIT round all of its parts, or each statement by itself. */
  readonly way: Way;
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

function statementsOf(way: Way, chance: Chance): readonly Statement[] {
  const some = (): Statement[] =>
    Array.from({ length: 1 + Math.floor(chance() * 4) }, () => statement(way, chance)).flat();
  if (way !== 'pairs') return [...some(), ...some()];
  const pair = (): Statement[] => [{ sql: 'begin' }, ...some(), { sql: 'commit' }];
  return [...pair(), ...pair(), ...(chance() < 0.3 ? pair() : [])];
}

function statement(way: Way, chance: Chance): Statement[] {
  const { make } = kindFor(way, chance);
  const made = make((most) => 1 + Math.floor(chance() * most));
  return made.map((each) => (typeof each === 'string' ? { sql: each } : each));
}

/** One that often fails comes seldom, or few files would reach their end. */
function kindFor(way: Way, chance: Chance): Kind {
  const possible = [...kinds, ...sessionKinds].filter(({ ways }) => ways.includes(way));
  for (;;) {
    const kind = oneOf(chance, possible);
    if (kind.fails !== 'often' || chance() < 0.1) return kind;
  }
}
