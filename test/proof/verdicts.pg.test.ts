import { expect, test } from 'vitest';
import { readdirSync, readFileSync } from 'node:fs';
import { fileOf, foundIn, prove } from '../support/proof.js';

const make = 'create schema if not exists {s};\n';

/** Files of some schemas in one proof: `001` is the name `001_x.sql`. */
async function proofOf(schemas: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  const files = Object.entries(schemas).flatMap(([schema, texts]) =>
    Object.entries({ '000': make, ...texts }).map(([number, text]) => [
      `${schema}/${number}_x.sql`,
      text.replaceAll('{s}', schema),
    ]),
  );
  return prove(Object.fromEntries(files) as Record<string, string>);
}

test('a file that, run again, undoes a later one, is told which', async () => {
  const proof = await proofOf({
    replaced: {
      '001': "create or replace function {s}.f() returns int language sql as 'select 1'",
      '002': "create or replace function {s}.f() returns int language sql as 'select 2'",
    },
    dropped: {
      '001': 'create table if not exists {s}.t (a int);',
      '002': "comment on table {s}.t is 'soon to go';",
      '003': 'drop table if exists {s}.t;',
    },
    narrowed: {
      '001': 'create table if not exists {s}.t (a int);',
      '002': 'alter table {s}.t add column if not exists b int;',
      '003': 'alter table {s}.t drop column if exists b;',
    },
    outside: {
      '001': 'create table if not exists {s}.t (a int);',
      '002': 'create index if not exists t_a on {s}.t (a);',
      '003': 'drop index concurrently if exists {s}.t_a;',
    },
    rows: {
      '001': 'create table if not exists {s}.t (id int primary key, v int);',
      '002': 'insert into {s}.t values (1, 1) on conflict (id) do update set v = excluded.v;',
      '003': 'insert into {s}.t values (1, 2) on conflict (id) do update set v = excluded.v;',
    },
  });
  const undone = proof.files.flatMap(({ key, verdict, findings }) =>
    findings
      .filter(({ rule }) => rule === 'undoes-later-file')
      .map(({ undoes, place, severity }) => [key, verdict, undoes, place?.line, severity]),
  );
  const warned = (file: string, later: string) => [
    file,
    'undoes a later file',
    later,
    1,
    'warning',
  ];
  expect(undone).toEqual([
    warned('dropped/001_x.sql', 'dropped/003_x.sql'),
    warned('narrowed/002_x.sql', 'narrowed/003_x.sql'),
    warned('outside/002_x.sql', 'outside/003_x.sql'),
    warned('replaced/001_x.sql', 'replaced/002_x.sql'),
    warned('rows/002_x.sql', 'rows/003_x.sql'),
  ]);
});

test('a file that fails behind all others depends on the order, at the place where it fails', async () => {
  const proof = await proofOf({
    app: {
      '001': 'create table if not exists {s}.t (a int, b int);',
      '002': 'select 1;\nupdate {s}.t set b = 1;',
      '003': 'alter table {s}.t drop column if exists b;',
    },
  });
  expect(fileOf(proof, 'app/002_x.sql')).toMatchObject({ verdict: 'depends on the order' });
  expect(foundIn(proof, 'app/002_x.sql')).toEqual(['2:18 depends-on-order']);
  expect(fileOf(proof, 'app/003_x.sql').verdict).toBe('fit');
});

test('files of equal effect in another order raise no alarm', async () => {
  const proof = await proofOf({
    app: {
      '001': 'create table if not exists {s}.t (a int);',
      '002': 'alter table {s}.t add column if not exists b int;\ngrant select on {s}.t to public;',
      '003': 'create or replace view {s}.v as select a from {s}.t;',
      '004': "comment on view {s}.v is 'a view';",
    },
  });
  expect(proof.files.map(({ findings }) => findings)).toEqual([[], [], [], [], []]);
});

test('a file that is pinned to one run, refused, or fails at once says so, and the others are proved all the same', async () => {
  const proof = await proofOf({
    app: {
      '001': '-- pgm:once\ncreate table {s}.once (a int);',
      '002': 'create table {s}.t (a int);\nrollback;',
      '003': 'select 1;\nselect nonsense;',
      '004': 'create table {s}.u (a int);',
    },
  });
  expect(proof.files.map(({ verdict }) => verdict)).toEqual([
    'fit',
    'runs once',
    'refused',
    'fails the first time',
    'fails the second time',
  ]);
  expect(foundIn(proof, 'app/002_x.sql')).toEqual(['2:1 refused']);
  expect(foundIn(proof, 'app/003_x.sql')).toEqual(['2:8 fails-first-time']);
});

test('the migrations of this repository are fit', async () => {
  const directory = new URL('../../migrations/', import.meta.url);
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const files = paths
    .filter((path) => path.endsWith('.sql'))
    .map((path) => [path, readFileSync(new URL(path, directory), 'utf8')]);
  const proof = await prove(Object.fromEntries(files) as Record<string, string>);
  expect(files.length).toBe(42);
  expect(proof.files.filter(({ verdict }) => verdict !== 'fit')).toEqual([]);
  expect(proof.notCompared).toEqual([]);
});
