import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checksumOf } from '../../src/core/files/text.js';
import { findContents } from '../../src/source/git/find-contents.js';
import { makeRepository, type TestRepository } from '../support/git.js';

let repository: TestRepository;
let directory: string;
beforeEach(() => {
  repository = makeRepository();
  directory = join(repository.directory, 'sql');
});
afterEach(() => {
  repository.remove();
});

/** The texts that are found when these are looked for. */
async function found(...texts: string[]): Promise<readonly string[]> {
  const { texts: known } = await findContents(directory, texts.map(checksumOf));
  for (const [checksum, text] of known) expect(checksumOf(text)).toBe(checksum);
  return [...known.values()].sort();
}

test('contents are found in older commits, under other names, and on branches that are merged or not', async () => {
  const { commit, git } = repository;
  commit({ 'sql/gcp/001_x.sql': 'first', 'sql/gcp/002_old.sql': 'renamed' });
  git('checkout', '--quiet', '-b', 'merged');
  commit({ 'sql/gcp/001_x.sql': 'on a branch' });
  commit({ 'sql/gcp/001_x.sql': 'second' });
  git('checkout', '--quiet', '-b', 'aside', 'main');
  commit({ 'sql/gcp/001_x.sql': 'aside' });
  git('checkout', '--quiet', 'main');
  commit({ 'sql/gcp/001_x.sql': 'second', 'sql/gcp/002_old.sql': null, 'sql/gcp/3_new.sql': 'x' });
  git('merge', '--quiet', '--message', 'a merge', 'merged');
  const texts = ['aside', 'first', 'on a branch', 'renamed', 'second'];
  expect(await found(...texts, 'never committed')).toEqual(texts);
});

test('contents are found that only a merge brought, and those of a commit without a branch', async () => {
  const { commit, git, write } = repository;
  commit({ 'sql/gcp/001_x.sql': 'first' });
  git('checkout', '--quiet', '-b', 'other');
  commit({ 'sql/gcp/002_x.sql': 'other' });
  git('checkout', '--quiet', 'main');
  commit({ 'sql/gcp/003_x.sql': 'main' });
  git('merge', '--quiet', '--no-commit', 'other');
  write({ 'sql/gcp/001_x.sql': 'by the merge' });
  commit();
  git('checkout', '--quiet', '--detach');
  commit({ 'sql/gcp/001_x.sql': 'detached' });
  expect(await found('by the merge', 'detached')).toEqual(['by the merge', 'detached']);
});

test('contents are found where the directory was elsewhere before, with other line ends', async () => {
  const { commit } = repository;
  commit({ 'db/old place/gcp/001_x.sql': 'one\r\ntwo\r\n\r\n', 'sql/notes.txt': 'notes' });
  commit({ 'db/old place/gcp/001_x.sql': null, 'sql/gcp/001_x.sql': 'today' });
  expect(await found('one\ntwo', 'today', 'notes')).toEqual(['one\r\ntwo\r\n\r\n', 'today']);
});

test('contents are found among many, and those that are no text are passed over', async () => {
  const { commit } = repository;
  const many = Object.fromEntries(
    Array.from({ length: 150 }, (_, at) => [`sql/gcp/${at + 1}_x.sql`, `select ${at};`]),
  );
  commit({ ...many, 'sql/gcp/9999_x.sql': 'NUL\0' });
  expect(await found('select 0;', 'select 149;', 'NUL\0')).toEqual(['select 0;', 'select 149;']);
});

test('of a shallow clone it is said that it lacks commits, and what to do', async () => {
  const { commit, git, root } = repository;
  commit({ 'sql/gcp/001_x.sql': 'first' });
  commit({ 'sql/gcp/001_x.sql': 'second' });
  const clone = join(root, 'clone');
  git('clone', '--quiet', '--depth', '1', `file://${repository.directory}`, clone);
  const { texts, because, advice } = await findContents(join(clone, 'sql'), [
    checksumOf('first'),
    checksumOf('second'),
  ]);
  expect([...texts.values()]).toEqual(['second']);
  expect(because).toMatch(/^this clone is shallow/);
  expect(advice).toContain('git fetch --unshallow (fetch-depth: 0 for actions/checkout)');
});

test('without a repository, a commit or git itself nothing is found, and it is said why', async () => {
  mkdirSync(directory);
  const look = () => findContents(directory, [checksumOf('x')]);
  expect(await look()).toEqual({ texts: new Map(), because: null, advice: null });
  expect((await findContents(repository.root, [checksumOf('x')])).because).toMatch(
    /^git cannot read the history of .*not a git repository/,
  );
  const { PATH } = process.env;
  process.env['PATH'] = repository.root;
  try {
    expect((await look()).because).toMatch(/git is not installed/);
  } finally {
    process.env['PATH'] = PATH;
  }
});
