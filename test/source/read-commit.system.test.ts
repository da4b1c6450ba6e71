import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCommit } from '../../src/source/git/read-commit.js';
import { readSource } from '../../src/source/read-source.js';
import { makeRepository, type TestRepository } from '../support/git.js';

const options = { schemas: null, reserved: ['pgm'] };

let root: string;
let repository: string;
let git: TestRepository['git'];
let write: TestRepository['write'];
let commit: () => void;
const { TMPDIR } = process.env;

beforeEach(() => {
  const made = makeRepository();
  ({ root, git, write, commit, directory: repository } = made);
  process.env['TMPDIR'] = join(root, 'temporary');
  mkdirSync(tmpdir());
});

afterEach(() => {
  if (TMPDIR === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = TMPDIR;
  rmSync(root, { recursive: true, force: true });
});

describe('a source as it was in a commit', () => {
  test('is read like the directory was then, in a subdirectory with odd names', async () => {
    const directory = join(repository, 'data base/sql');
    write({
      'README.md': 'no part of it',
      'data base/sqlite/gcp/001_x.sql': 'select 0;',
      'data base/sql/gcp/001_über uns.sql': 'select 1;\r\n',
      'data base/sql/aws/2_x.sql': '-- no end of line',
      'data base/sql/gcp/notes.txt': 'ignored',
      'data base/sql/gcp/10_empty.sql': '',
    });
    symlinkSync('../aws/2_x.sql', join(directory, 'gcp/002_link.sql'));
    symlinkSync('/etc/passwd', join(directory, 'gcp/003_outside.sql'));
    commit();
    const then = await readSource(directory, options);
    rmSync(join(directory, 'gcp'), { recursive: true });
    write({ 'data base/sql/aws/2_x.sql': 'edited' });
    commit();
    const { name, snapshot } = await readCommit(directory, 'HEAD~1', options);
    expect(snapshot).toEqual(then);
    expect(snapshot.migrations.map(({ key }) => key)).toEqual([
      'aws/2_x.sql',
      'gcp/001_über uns.sql',
      'gcp/002_link.sql',
      'gcp/10_empty.sql',
    ]);
    expect(name).toBe(`HEAD~1 (${git('rev-parse', 'HEAD~1').slice(0, 12)})`);
  });

  test('is read without a trace in the work tree, its index or the directory for temporary files', async () => {
    write({ 'gcp/001_x.sql': 'select 1;' });
    commit();
    write({ 'gcp/001_x.sql': 'select 2;', 'gcp/002_new.sql': 'select 3;' });
    const state = () => [
      git('status', '--porcelain'),
      readdirSync(join(repository, '.git')).sort(),
    ];
    const before = state();
    const { snapshot } = await readCommit(repository, 'main', options);
    expect(snapshot.migrations.map(({ sql }) => sql)).toEqual(['select 1;']);
    expect(state()).toEqual(before);
    expect(readdirSync(tmpdir())).toEqual([]);
  });

  test('is empty where the directory was not there yet', async () => {
    write({ 'README.md': 'first' });
    commit();
    write({ 'sql/gcp/001_x.sql': 'select 1;' });
    const { snapshot } = await readCommit(join(repository, 'sql'), 'HEAD', options);
    expect(snapshot).toMatchObject({ migrations: [], refused: [] });
  });
});

describe('what cannot be read is told', () => {
  test('for a commit that does not exist', async () => {
    write({ 'gcp/001_x.sql': 'select 1;' });
    commit();
    await expect(readCommit(repository, 'v9', options)).rejects.toThrow(
      'git knows no commit v9 here; name a commit, a tag or a branch that git log shows',
    );
  });

  test('for a file in the place of a commit', async () => {
    write({ 'gcp/001_x.sql': 'select 1;' });
    commit();
    await expect(readCommit(repository, 'HEAD:gcp', options)).rejects.toThrow(/knows no commit/);
  });

  test('for a shallow clone that lacks the commit', async () => {
    for (const text of ['select 1;', 'select 2;']) {
      write({ 'gcp/001_x.sql': text });
      commit();
    }
    const clone = join(root, 'clone');
    git('clone', '--quiet', '--depth', '1', `file://${repository}`, clone);
    await expect(readCommit(clone, 'HEAD~1', options)).rejects.toThrow(
      /shallow, so older commits .* git fetch --unshallow/,
    );
  });

  test('for a directory that is in no work tree', async () => {
    await expect(readCommit(root, 'HEAD', options)).rejects.toThrow(
      /^git cannot read the history of .*not a git repository/,
    );
    await expect(readCommit(join(repository, '.git'), 'HEAD', options)).rejects.toThrow(
      /is not in a work tree of git$/,
    );
  });

  test('where git is not installed', async () => {
    const { PATH } = process.env;
    process.env['PATH'] = root;
    try {
      await expect(readCommit(repository, 'HEAD', options)).rejects.toThrow(/git is not installed/);
    } finally {
      process.env['PATH'] = PATH;
    }
  });
});
