import { describe, expect, test } from 'vitest';
import { foundIn, messagesOf, prove, verdictsOf } from '../../support/proof.js';

const one = 'create table if not exists public.t (id int primary key);\n';
const two = 'create or replace view public.v as select id from public.t;\n';

describe('verify on a database that has an older state of the files', () => {
  test('does not run files again that are in place, and proves new ones over them', async () => {
    const base = { 'public/001_t.sql': one, 'public/002_once.sql': 'create table public.u ();' };
    const proof = await prove({ ...base, 'public/003_v.sql': two }, { base });
    expect(verdictsOf(proof)).toEqual({
      'public/001_t.sql': 'unchanged, in place',
      'public/002_once.sql': 'unchanged, in place',
      'public/003_v.sql': 'new, fit',
    });
    expect(proof.base).toBe('base');
  });

  test('tells that an edited file fails over what its older text made', async () => {
    const base = { 'public/001_t.sql': one };
    const proof = await prove(
      { 'public/001_t.sql': 'alter table public.t add constraint c check (n > 0);' },
      { base },
    );
    expect(verdictsOf(proof)).toEqual({ 'public/001_t.sql': 'edited, fails the first time' });
    expect(foundIn(proof, 'public/001_t.sql')).toEqual(['1:1 fails-first-time']);
  });

  test('tells what an edited CREATE TABLE IF NOT EXISTS does not add, by the file', async () => {
    const files = { 'public/001_t.sql': one, 'public/002_v.sql': two };
    const edited = 'create table if not exists public.t (id int primary key, n int);\n';
    const proof = await prove({ ...files, 'public/001_t.sql': edited }, { base: files });
    expect(verdictsOf(proof)).toEqual({
      'public/001_t.sql': 'edited, fit',
      'public/002_v.sql': 'unchanged, in place',
    });
    expect(messagesOf(proof, 'public/001_t.sql')).toEqual([
      'where the files of base were applied before, the database differs from a new one: it lacks table column public.t.n',
    ]);
    expect(foundIn(proof, 'public/001_t.sql')).toEqual(['- differs-from-new']);
  });

  test('tells that an edited file undoes a later one that does not run again', async () => {
    const files = {
      'public/001_t.sql': one,
      'public/002_v.sql': two,
      'public/003_v.sql': `create or replace view public.v as select id, 1 as later from public.t;`,
    };
    const edited = `drop view if exists public.v;\n${two}`;
    const proof = await prove({ ...files, 'public/002_v.sql': edited }, { base: files });
    expect(messagesOf(proof, 'public/002_v.sql')).toEqual([
      expect.stringMatching(/differs from a new one: .*; it has another view public\.v$/),
    ]);
  });

  test('blames the one of two edited files that makes the difference', async () => {
    const base = { 'public/001_t.sql': one, 'public/002_u.sql': one.replace('.t', '.u') };
    const proof = await prove(
      {
        'public/001_t.sql': `-- a comment\n${one}`,
        'public/002_u.sql': 'create table if not exists public.u (id int primary key, n int);',
      },
      { base },
    );
    expect(foundIn(proof, 'public/001_t.sql')).toEqual([]);
    expect(foundIn(proof, 'public/002_u.sql')).toEqual(['- differs-from-new']);
  });

  test('says nothing of an edit that changes only words', async () => {
    const base = { 'public/001_t.sql': one };
    const proof = await prove({ 'public/001_t.sql': `-- a comment\n${one}` }, { base });
    expect(foundIn(proof, 'public/001_t.sql')).toEqual([]);
  });

  test('runs a renamed file as a new one, and tells its old name', async () => {
    const base = { 'public/001_t.sql': 'create table public.t (id int);' };
    const proof = await prove({ 'public/002_t.sql': base['public/001_t.sql'] }, { base });
    expect(verdictsOf(proof)).toEqual({
      'public/002_t.sql': 'renamed, fails the first time',
      'public/001_t.sql': 'missing, missing',
    });
    expect(messagesOf(proof, 'public/001_t.sql')).toEqual([
      expect.stringContaining('it is now public/002_t.sql'),
    ]);
  });

  test('tells what a deleted file leaves behind', async () => {
    const base = { 'public/001_t.sql': one, 'public/002_v.sql': two };
    const proof = await prove({ 'public/001_t.sql': one }, { base });
    expect(verdictsOf(proof)).toEqual({
      'public/001_t.sql': 'unchanged, in place',
      'public/002_v.sql': 'missing, missing',
    });
    expect(messagesOf(proof, 'public/002_v.sql')).toEqual([
      expect.stringMatching(/what it made stays: .*view public\.v/),
    ]);
  });

  test('tells a file that is in place and fails on a new database', async () => {
    const base = { 'public/001_t.sql': one, 'public/002_v.sql': two };
    const edited = 'create table if not exists public.another ();';
    const proof = await prove({ ...base, 'public/001_t.sql': edited }, { base });
    expect(messagesOf(proof, 'public/002_v.sql')).toEqual([
      'on a new database, it fails: relation "public.t" does not exist',
    ]);
    expect(verdictsOf(proof)).toMatchObject({
      'public/002_v.sql': 'unchanged, fails the first time',
    });
  });

  test('leaves out an edited file that runs once only', async () => {
    const base = { 'public/001_t.sql': '-- pgm:once\ncreate table public.t ();' };
    const files = { 'public/001_t.sql': '-- pgm:once\ncreate table public.t (id int);' };
    expect(verdictsOf(await prove(files, { base }))).toEqual({
      'public/001_t.sql': 'edited, runs once',
    });
  });

  test('tries a file again that failed before, as a run does', async () => {
    const files = { 'public/001_t.sql': 'select nothing;' };
    expect(verdictsOf(await prove(files, { base: files }))).toEqual({
      'public/001_t.sql': 'new, fails the first time',
    });
  });
});
