import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTree } from '../../../src/source/write-tree.js';
import { type Finished, pgm } from '../../support/pgm.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pgm-test-import-'));
  put('old/001_a.sql', goose('select 1;'));
  put('old/002_b.sql', goose('select 2;'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const goose = (sql: string): string => `-- +goose Up\n${sql}\n-- +goose Down\nselect 0;\n`;
const run = (...args: string[]): Promise<Finished> => pgm(['import', ...args], {}, root);
const written = (): string[] =>
  existsSync(join(root, 'migrations'))
    ? readdirSync(join(root, 'migrations'), { recursive: true }).map(String).sort()
    : [];

test('pgm import writes what it recognised, says what it left out, and does nothing the second time', async () => {
  const first = await run('old');
  expect(first).toMatchObject({ exitCode: 0, stderr: '' });
  expect(first.stdout).toBe(
    'old is a folder of goose: 2 migrations in SQL\nleft out: 2 undo parts\n2 files written to migrations\n',
  );
  expect(written()).toEqual(['public', 'public/001_a.sql', 'public/002_b.sql']);
  expect(readFileSync(join(root, 'migrations/public/001_a.sql'), 'utf8')).toBe('select 1;\n');
  expect((await run('old')).stdout).toContain('0 files written to migrations, 2 already there');
});

test('--dry-run shows each file and writes none', async () => {
  const { exitCode, stdout } = await run('old', '--dry-run', '--schema', 'app', '--to', 'new');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('  001_a.sql  →  app/001_a.sql  (without the half that undoes it)\n');
  expect(stdout).toContain('would write 2 files to new\n');
  expect(existsSync(join(root, 'new'))).toBe(false);
});

test('--json is one document, and stdout has nothing else', async () => {
  const { stdout, stderr } = await run('old', '--json');
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({
    tool: 'goose',
    written: 2,
    undo: 2,
    files: [{ from: '001_a.sql', to: 'public/001_a.sql', version: '1' }, { version: '2' }],
    unclear: [],
  });
});

test('a file in the way is told before anything is written', async () => {
  put('migrations/public/002_b.sql', 'select 22;\n');
  const { exitCode, stdout } = await run('old');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('in the way: migrations/public/002_b.sql exists with different content');
  expect(written()).toEqual(['public', 'public/002_b.sql']);
});

test('nothing is written unless everything is understood; --partial writes the rest', async () => {
  put('old/003_c.sql', goose('\\connect other'));
  put('old/004_d.go', 'package migrations');
  const all = await run('old');
  expect(all.exitCode).toBe(1);
  expect(all.stdout).toContain('  old/003_c.sql:2:1: \\connect is a command of psql');
  expect(all.stdout).toContain('  old/004_d.go: a migration that is a program');
  expect(all.stdout).toContain('nothing written: 2 places to fix');
  expect(written()).toEqual([]);
  const part = await run('old', '--partial');
  expect(part.exitCode).toBe(0);
  expect(part.stdout).toContain('old/003_c.sql:2:1');
  expect(written()).toEqual(['public', 'public/001_a.sql', 'public/002_b.sql']);
});

describe('exit code 2, with what would be right', () => {
  test.each([
    ['no folder', [], 'name the folder to import: pgm import DIR'],
    ['no such folder', ['nowhere'], 'does not exist'],
    ['a schema that cannot be', ['old', '--schema', 'no schema'], 'is not a valid schema name'],
    ['the schema of the history', ['old', '--schema', 'pgm'], "the schema of pgm's own history"],
    ['an unknown tool', ['old', '--tool', 'gose'], '--tool is "gose": use dbmate'],
    ['another tool', ['old', '--tool', 'prisma'], 'old has no migrations of prisma'],
    [
      'the folder itself as the target',
      ['old', '--to', 'old'],
      'old is the folder that is imported',
    ],
    ['a target within', ['old', '--to', 'old/new'], 'old/new is within old'],
    ['a target around', ['old', '--to', '.'], 'old, which is imported, is within .'],
    [
      'the root as the target',
      ['old', '--to', '/', '--dry-run'],
      'old, which is imported, is within /',
    ],
    ['nothing there', ['empty'], 'empty is not recognised as the folder of another tool'],
  ])('%s', async (_what, args, said) => {
    mkdirSync(join(root, 'empty'));
    const { exitCode, stderr } = await run(...args);
    expect(stderr).toContain(said);
    expect(exitCode).toBe(2);
    expect(written()).toEqual([]);
  });

  test('two tools, named', async () => {
    put('old/003_c.sql', '-- migrate:up\nselect 3;\n-- migrate:down\n');
    const { exitCode, stderr } = await run('old');
    expect(stderr).toContain('old may be a folder of goose, dbmate');
    expect(exitCode).toBe(2);
  });
});

test('links to files are followed, a broken one needs a hand, and directories behind links are left', async () => {
  put('elsewhere/003_c.sql', goose('select 3;'));
  symlinkSync('../elsewhere/003_c.sql', join(root, 'old/003_c.sql'));
  symlinkSync('..', join(root, 'old/circle'));
  expect((await run('old')).exitCode).toBe(0);
  expect(written()).toContain('public/003_c.sql');
  symlinkSync('nowhere', join(root, 'old/004_d.sql'));
  const { exitCode, stdout } = await run('old');
  expect(stdout).toContain('old/004_d.sql: it cannot be read: ENOENT');
  expect(exitCode).toBe(1);
});

test('a project is searched for the folder, and configuration above the folder names the tool', async () => {
  put('app/Cargo.toml', 'sqlx = "0.8"');
  put('app/migrations/1_a.sql', 'select 1;');
  put('app/node_modules/x/1_a.up.sql', 'select 1;');
  expect((await run('app', '--dry-run')).stdout).toContain('app/migrations is a folder of sqlx: 1');
  expect((await run('app/migrations', '--dry-run')).stdout).toContain('is a folder of sqlx: 1');
});

test('a folder of no usual name is found in its project, and several are named', async () => {
  expect((await run('.', '--dry-run')).stdout).toContain('./old is a folder of goose: 2');
  put('other/001_a.sql', goose('select 1;'));
  const { exitCode, stderr } = await run('.', '--dry-run');
  expect(stderr).toContain(
    '. has several folders of goose: give pgm import one of them, ./old or ./other',
  );
  expect(exitCode).toBe(2);
});

test('a file beside the folder is named by its own path', async () => {
  put('app/.gmrc', '{}');
  put('app/migrations/committed/000001.sql', '--! Previous: -\n--! Hash: sha1:0\nselect 1;\n');
  put('app/migrations/current.sql', 'select 2;\n');
  const { stdout } = await run('app');
  expect(stdout).toContain('  app/migrations/current.sql: not committed yet');
});

test('a write that fails half-way leaves nothing behind', () => {
  const target = join(root, 'target');
  put('target/b', 'a file where a directory has to be');
  const files = new Map([
    ['a/1.sql', Buffer.from('1')],
    ['b/2.sql', Buffer.from('2')],
  ]);
  expect(() => {
    openTree(target).write(files);
  }).toThrow('nothing was written');
  expect(readdirSync(target)).toEqual(['b']);
});
