import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/library/open/compose.js';
import type { Base } from '../../../src/core/proof/base.js';
import type { Proof } from '../../../src/core/proof/proof.js';
import { readLiveBase } from '../../../src/operations/against/read-live-base.js';
import { findContents } from '../../../src/source/git/find-contents.js';
import { createDatabase, type Database } from '../../support/database.js';
import { makeRepository, type TestRepository } from '../../support/git.js';
import { snapshotOf } from '../../support/memory/snapshot.js';
import { type Files, foundIn, messagesOf, prove, verdictsOf } from '../../support/proof.js';
import { testServer } from '../../support/server.js';
import { databasePort, migrateFiles, type Target } from '../../support/run.js';

const t = 'create table if not exists public.t (id int primary key);\n';
const tWithN = 'create table if not exists public.t (id int primary key, n int);\n';
const v = 'create or replace view public.v as select id from public.t;\n';

let live: Database;
let repository: TestRepository;
beforeEach(async () => {
  live = await createDatabase();
  repository = makeRepository();
});
afterEach(async () => {
  repository.remove();
  await live.drop();
});

/** Commits these files, and applies them to the live database. */
async function deploy(files: Files): Promise<void> {
  repository.commit(files);
  await migrateFiles(files, { database: live.name });
}

async function baseFor(
  files: Files,
  target: Partial<Target> = {},
  schemas: string[] | null = null,
): Promise<Base> {
  const { signal } = new AbortController();
  return readLiveBase(
    snapshotOf(files),
    {
      database: databasePort({ database: live.name, ...target }),
      findContents: (checksums) => findContents(repository.directory, checksums),
      clock: systemClock,
      emit: () => undefined,
      stop: { soon: signal, now: signal },
    },
    { schemas, origin: '--from', waitTimeoutMs: 60_000 },
  );
}

async function proveOver(files: Files): Promise<Proof> {
  return prove(files, { live: await baseFor(files) });
}

describe('verify over what a live history says is applied', () => {
  test('applies older contents from git first: an edited CREATE TABLE IF NOT EXISTS adds no column there', async () => {
    await deploy({ 'public/001_t.sql': t, 'public/002_v.sql': v });
    const proof = await proveOver({
      'public/001_t.sql': tWithN,
      'public/002_v.sql': v,
      'public/003_new.sql': 'create table if not exists public.u ();',
    });
    expect(verdictsOf(proof)).toEqual({
      'public/001_t.sql': 'edited, fit',
      'public/002_v.sql': 'unchanged, in place',
      'public/003_new.sql': 'new, fit',
    });
    expect(foundIn(proof, 'public/001_t.sql')).toEqual(['- differs-from-new']);
    expect(proof.live).toMatchObject({ hasHistory: true, applied: 2 });
    expect(proof.live?.revision).toBe(
      snapshotOf({ 'public/001_t.sql': t, 'public/002_v.sql': v }).revision,
    );
    expect(proof.base).toMatch(
      new RegExp(`^127\\.0\\.0\\.1:\\d+/${live.name}$|^localhost:\\d+/${live.name}$`),
    );
  });

  test('without a history everything is new, and that is told', async () => {
    const proof = await proveOver({ 'public/001_t.sql': t });
    expect(verdictsOf(proof)).toEqual({ 'public/001_t.sql': 'new, fit' });
    expect(proof.live).toMatchObject({ hasHistory: false, applied: 0, revision: null });
  });

  test('a content that nobody knows is a warning of its own, and the text of today takes its place', async () => {
    await migrateFiles({ 'public/001_t.sql': `${t}-- never committed` }, { database: live.name });
    const proof = await proveOver({ 'public/001_t.sql': t, 'public/002_v.sql': v });
    expect(verdictsOf(proof)).toEqual({
      'public/001_t.sql': 'edited, fit',
      'public/002_v.sql': 'new, fit',
    });
    expect(foundIn(proof, 'public/001_t.sql')).toEqual(['- unknown-content']);
    expect(messagesOf(proof, 'public/001_t.sql')).toEqual([
      expect.stringMatching(
        /has it applied with a content \(checksum [0-9a-f]{12}\) that is neither in the source nor found in git; today's content was applied in its place/,
      ),
    ]);
  });

  test('a file of unknown content that is gone from the source is told as both', async () => {
    const files = { 'public/001_t.sql': t, 'public/002_gone.sql': 'create table public.gone ();' };
    await migrateFiles(files, { database: live.name });
    const proof = await proveOver({ 'public/001_t.sql': t });
    expect(verdictsOf(proof)).toMatchObject({ 'public/002_gone.sql': 'missing, missing' });
    expect(foundIn(proof, 'public/002_gone.sql')).toEqual(['- deleted-file', '- unknown-content']);
    expect(messagesOf(proof, 'public/002_gone.sql')[1]).toContain('what it made is missing here');
  });

  test('a deleted file is made from git, and what it leaves behind is told; a renamed one by its new name', async () => {
    await deploy({ 'public/001_t.sql': t, 'public/002_v.sql': v });
    repository.commit({ 'public/002_v.sql': null });
    const proof = await proveOver({ 'public/010_t.sql': t });
    expect(foundIn(proof, 'public/001_t.sql')).toEqual(['- renamed-file']);
    expect(foundIn(proof, 'public/002_v.sql')).toEqual(['- deleted-file']);
    expect(messagesOf(proof, 'public/002_v.sql')[0]).toMatch(
      /what it made stays: .*view public\.v/,
    );
  });

  test('files that failed, were held or never ran are new; one that failed after an edit has its older content', async () => {
    await deploy({ 'public/001_t.sql': t, 'public/002_fails.sql': 'select nothing;' });
    const edited = {
      'public/001_t.sql': `${tWithN}select nothing;`,
      'public/003_held.sql': 'drop table if exists public.x;',
    };
    await migrateFiles(edited, { database: live.name });
    const base = await baseFor(edited);
    expect(base.migrations.map(({ key, sql }) => [key, sql])).toEqual([['public/001_t.sql', t]]);
    expect(base.live?.unknown.size).toBe(0);
    const states = await live.sql`select filename, state from pgm.migrations order by 1`;
    expect(states.map(({ state }) => String(state))).toEqual(['failed', 'failed', 'held']);
  });

  test('an edited file with -- pgm:once is left alone, and so is one of unknown content', async () => {
    const once = '-- pgm:once\ncreate table public.a ();';
    await deploy({ 'public/001_once.sql': once });
    await migrateFiles(
      { 'public/002_once.sql': '-- pgm:once\ncreate table public.c ();' },
      { database: live.name },
    );
    const proof = await proveOver({
      'public/001_once.sql': `${once}\nselect 1;`,
      'public/002_once.sql': '-- pgm:once\ncreate table public.b ();',
    });
    expect(verdictsOf(proof)).toEqual({
      'public/001_once.sql': 'edited, runs once',
      'public/002_once.sql': 'edited, runs once',
    });
  });

  test('files get there in the order in which they did, whatever their names say', async () => {
    await deploy({ 'public/002_t.sql': 'create table public.t (id int);' });
    await migrateFiles(
      {
        'public/001_first.sql': 'alter table public.t add n int;',
        'public/002_t.sql': 'create table public.t (id int);',
      },
      { database: live.name },
    );
    const files = {
      'public/001_first.sql': 'alter table public.t add n int;',
      'public/002_t.sql': 'create table public.t (id int);',
    };
    const proof = await proveOver(files);
    expect(verdictsOf(proof)).toEqual({
      'public/001_first.sql': 'unchanged, in place',
      'public/002_t.sql': 'unchanged, in place',
    });
  });

  test('a content that cannot be applied here is told, and the file is proved as a new one', async () => {
    await live.sql`create table by_hand (id int)`;
    await deploy({
      'public/001_u.sql': 'alter table by_hand add n int;',
      'public/002_gone.sql': 'alter table by_hand add o int;',
    });
    const proof = await proveOver({ 'public/001_u.sql': t });
    expect(verdictsOf(proof)).toEqual({
      'public/001_u.sql': 'new, fit',
      'public/002_gone.sql': 'missing, missing',
    });
    expect(foundIn(proof, 'public/001_u.sql')).toEqual(['- fails-in-base']);
    expect(messagesOf(proof, 'public/001_u.sql')[0]).toContain('relation "by_hand" does not exist');
    expect(foundIn(proof, 'public/002_gone.sql')).toEqual(['- deleted-file', '- fails-in-base']);
  });

  test('rows of a baseline count as applied; with schemas, the others are left out', async () => {
    const files = {
      'public/001_t.sql': t,
      'other/001_x.sql': 'create schema if not exists other;',
    };
    await deploy(files);
    await live.sql`update pgm.attempts set outcome = 'baselined'`;
    const base = await baseFor(files, {}, ['other']);
    expect(base.migrations.map(({ key }) => key)).toEqual(['other/001_x.sql']);
    expect(base.live?.facts.applied).toBe(1);
  });
});

describe('the live database', () => {
  test('is only read: a role with no right but to read the history is enough, while a runner holds its lock', async () => {
    await deploy({ 'public/001_t.sql': t });
    const role = `reader_${live.name}`;
    await live.sql.unsafe(`create role ${role} login password 'canary-hunter2' connection limit 1;
      alter role ${role} set default_transaction_read_only = on;
      grant usage on schema pgm to ${role}; grant select on all tables in schema pgm to ${role}`);
    const lock = await databasePort({ database: live.name }).openLock();
    try {
      expect(await lock.tryAcquire()).toBe(true);
      const before = await live.sql`select xmin::text, * from pgm.migrations`;
      const base = await baseFor(
        { 'public/001_t.sql': t },
        { server: { ...testServer(), user: role, password: 'canary-hunter2' } },
      );
      expect(base.migrations.map(({ key }) => key)).toEqual(['public/001_t.sql']);
      expect(await live.sql`select xmin::text, * from pgm.migrations`).toEqual(before);
    } finally {
      await lock.release();
      await live.sql.unsafe(`drop owned by ${role}; drop role ${role}`);
    }
  });

  test('is refused with a history of a newer pgm, and where it does not exist', async () => {
    await deploy({ 'public/001_t.sql': t });
    await live.sql`insert into pgm.layout (version) values (99)`;
    await expect(baseFor({})).rejects.toThrow(/layout 99, this pgm knows layouts up to/);
    await expect(baseFor({}, { database: 'there_is_none' })).rejects.toThrow(
      /^--from: .*\/there_is_none does not exist: name the database that has the files/,
    );
  });

  test('keeps its history elsewhere with --history-schema', async () => {
    await migrateFiles(
      { 'public/001_t.sql': t },
      { database: live.name, historySchema: 'my history' },
    );
    const files = { 'public/001_t.sql': t };
    const found = await Promise.all([
      baseFor(files),
      baseFor(files, { historySchema: 'my history' }),
    ]);
    expect(found.map(({ live: has }) => has?.facts.applied)).toEqual([0, 1]);
  });

  test('that does not let the role read is told as that', async () => {
    await deploy({ 'public/001_t.sql': t });
    const role = `nobody_${live.name}`;
    await live.sql.unsafe(`create role ${role} login password 'canary-hunter2'`);
    try {
      const server = { ...testServer(), user: role, password: 'canary-hunter2' };
      await expect(baseFor({}, { server })).rejects.toThrow(
        /^--from: .*permission denied for schema pgm/,
      );
    } finally {
      await live.sql.unsafe(`drop role ${role}`);
    }
  });
});
