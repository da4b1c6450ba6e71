import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { makeRepository, type TestRepository } from '../support/git.js';
import { page, root, section } from './pages.js';

/** The examples of docs/lint.md, run as they stand there, with the pgm of this repository. */
const blocks = [
  ...section(page('docs/lint.md'), '## In a hook and in CI').matchAll(
    /^```(?:sh|yaml)\n(.*?)^```/gms,
  ),
].map(([, text = '']) => text);
const [hook = '', preCommit = '', workflow = ''] = blocks;

const good = { 'migrations/app/002_b.sql': 'CREATE TABLE IF NOT EXISTS b (id int);\n' };
const bad = { 'migrations/app/002_b.sql': 'CREATE TABLE b (id int);\n' };

let repository: TestRepository;
let path: string;

beforeEach(() => {
  repository = makeRepository();
  repository.commit({ 'migrations/app/001_a.sql': 'CREATE SCHEMA IF NOT EXISTS s;\n' });
  const bin = join(repository.root, 'bin');
  mkdirSync(bin);
  executable(join(bin, 'npx'), `#!/bin/sh\nshift\nexec node "${root}bin/pgm.js" "$@"\n`);
  path = `${bin}:${process.env['PATH'] ?? ''}`;
});

afterEach(() => {
  repository.remove();
});

function executable(file: string, text: string): void {
  writeFileSync(file, text);
  chmodSync(file, 0o755);
}

function run(
  command: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  return spawnSync(command, words, {
    cwd: repository.directory,
    env: { PATH: path, ...env },
    encoding: 'utf8',
  });
}

function commitStaged(files: Readonly<Record<string, string>>) {
  repository.write(files);
  repository.git('add', '--all');
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.org'];
  return run('git', [...identity, 'commit', '--quiet', '--message', 'a commit']);
}

const commits = () => Number(repository.git('rev-list', '--count', 'HEAD'));

describe('the hook of docs/lint.md', () => {
  beforeEach(() => {
    executable(join(repository.directory, '.git/hooks/pre-commit'), hook);
  });

  test('lets a file without a finding be committed, and stops one with an error', () => {
    expect(commitStaged(good)).toMatchObject({ status: 0 });
    expect(commits()).toBe(2);
    const stopped = commitStaged({
      'migrations/app/003_c.sql': 'CREATE TABLE c (id int);\n',
    });
    expect(stopped.status).toBe(1);
    expect(`${stopped.stdout}${stopped.stderr}`).toContain('migrations/app/003_c.sql:1:1: error: ');
    expect(commits()).toBe(2);
  });

  test('starts nothing when no migration is staged', () => {
    repository.write({ 'migrations/pgm.lint.yaml': 'rules: [' });
    repository.git('add', '--all');
    repository.git('commit', '--quiet', '--no-verify', '--message', 'a commit');
    expect(commitStaged({ 'README.md': 'a' })).toMatchObject({ status: 0 });
  });
});

test.each([
  ['without a finding', good, 0],
  ['with an error', bad, 1],
] as const)('the entry for pre-commit exits, %s, with its code', (_, files, status) => {
  const { repos } = parse(preCommit) as { repos: { hooks: { entry: string }[] }[] };
  const entry = repos[0]?.hooks[0]?.entry ?? '';
  repository.write(files);
  expect(run('sh', ['-c', entry])).toMatchObject({ status });
});

test.each([
  ['without a finding', good, 0],
  ['with an error', bad, 1],
] as const)('the step for GitHub Actions exits, %s, with its code', (_, files, status) => {
  const { jobs } = parse(workflow) as { jobs: { lint: { steps: { run?: string }[] } } };
  const step = jobs.lint.steps.at(-1)?.run ?? '';
  repository.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  repository.write(files);
  const line = step.replace('${{ github.base_ref }}', 'main');
  const done = run('sh', ['-e', '-c', line], { GITHUB_ACTIONS: 'true' });
  expect(done.status, done.stderr).toBe(status);
  expect(done.stdout.includes('::error file=migrations/app/002_b.sql,line=1')).toBe(status === 1);
});
