import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { lstat, mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { headerWords, parseHeaders } from '../../../src/core/statements/headers.js';
import { newFile } from '../../../src/operations/new-file.js';
import { openWritableTree } from '../../../src/source/writable-tree.js';
import { pgm } from '../../support/pgm.js';
import { makeTree, type Tree } from '../../support/tree.js';

let tree: Tree;
beforeEach(async () => {
  tree = await makeTree({ 'gcp/001_a.sql': 'select 1;', 'aws/001_a.sql': 'select 1;' });
});
afterEach(() => tree.remove());

const make = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  pgm(['new', ...args, '--dir', tree.directory], env);

const within = (path: string): string => join(tree.directory, path);

test('the path of the new file is all there is on stdout, and the file is there', async () => {
  const { exitCode, stdout, stderr } = await make(['gcp', 'add labels index']);
  expect([exitCode, stdout, stderr]).toEqual([
    0,
    `${within('gcp/002_add_labels_index.sql')}\n`,
    '',
  ]);
  const text = readFileSync(within('gcp/002_add_labels_index.sql'), 'utf8');
  expect(text).toContain(
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS <index_name> ON gcp.<table_name>',
  );
  for (const word of headerWords) expect(text).toContain(`-- pgm:${word}`);
  expect(parseHeaders(text)).toMatchObject({ problems: [], headers: { once: false } });
});

test('ten at once get ten numbers, and nothing else is left behind', async () => {
  const names = Array.from({ length: 10 }, (_, at) => `race_${String.fromCharCode(97 + at)}`);
  const ended = await Promise.all(names.map((name) => make(['gcp', name])));
  expect(ended.map(({ exitCode }) => exitCode)).toEqual(names.map(() => 0));
  const files = readdirSync(within('gcp')).toSorted();
  expect(files).toHaveLength(11);
  expect(new Set(files.map((name) => name.slice(0, 3))).size).toBe(11);
});

test('a number that another one has claimed is passed over', async () => {
  await writeFile(within('gcp/.pgm-new-gcp-2'), '');
  const { stdout } = await make(['gcp', 'x']);
  expect(stdout).toBe(`${within('gcp/003_x.sql')}\n`);
});

test('a number that another one has used since the directory was listed is passed over', () => {
  const real = openWritableTree(tree.directory);
  const rival = within('gcp/002_rival.sql');
  const listThenRival = () => {
    const listing = real.list();
    if (!existsSync(rival)) writeFileSync(rival, 'select 1;');
    return listing;
  };
  const now = { digits: '20261129133011', ms: 0 };
  const asked = { schema: 'gcp', name: 'x', reserved: [], now };
  expect(newFile({ list: listThenRival, create: real.create }, asked).path).toBe('gcp/003_x.sql');
  expect(readdirSync(within('gcp')).toSorted()).toEqual([
    '001_a.sql',
    '002_rival.sql',
    '003_x.sql',
  ]);
});

test('a new schema is made, with a word on stderr', async () => {
  const { exitCode, stdout, stderr } = await make(['gpc', 'x']);
  expect([exitCode, stdout]).toEqual([0, `${within('gpc/001_x.sql')}\n`]);
  expect(stderr).toContain('gpc is a new schema beside aws, gcp; did you mean gcp?');
});

describe('refused with exit 2, and nothing is written', () => {
  const refused = async (args: readonly string[], rule: string): Promise<void> => {
    const { exitCode, stdout, stderr } = await make(args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(rule);
  };

  test('without a name', () => refused(['gcp'], 'pgm new gcp add_labels'));
  test('a third word', () => refused(['gcp', 'a', 'b'], 'takes [schema] [name] and flags'));
  test('the schema of the history', () => refused(['pgm', 'x'], 'keeps its history'));

  test('a directory that is not there', async () => {
    const { exitCode, stderr } = await pgm(['new', 'gcp', 'x', '--dir', within('no')]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('create it with mkdir');
  });

  test('a mounted ConfigMap, and a generation of it', async () => {
    await mkdir(within('..2026'));
    await rename(within('gcp'), within('..2026/gcp'));
    await symlink('..2026', within('..data'));
    await refused(['gcp', 'x'], 'is a mounted ConfigMap');
    for (const inner of ['..data', '..2026']) {
      const { exitCode, stderr } = await pgm(['new', 'gcp', 'x', '--dir', within(inner)]);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('is a mounted ConfigMap');
    }
  });

  test('a schema whose directory is a link', async () => {
    await symlink('gcp', within('linked'));
    await refused(['linked', 'x'], `linked is a link to`);
    expect((await lstat(within('linked'))).isSymbolicLink()).toBe(true);
    expect(readdirSync(within('gcp'))).toEqual(['001_a.sql']);
  });

  test('--edit without an editor', () => refused(['gcp', 'x', '--edit'], 'VISUAL or EDITOR'));

  afterEach(() => {
    const all = readdirSync(tree.directory, { recursive: true }).map(String);
    expect(all.filter((name) => name.includes('_x.sql') || name.includes('.pgm-new'))).toEqual([]);
  });
});

test('--edit waits for the editor, with its arguments, its output and its exit code', async () => {
  const env = { VISUAL: `sh -c 'echo "edits $1"; echo changed >"$1"; exit 7' -`, EDITOR: 'false' };
  const { exitCode, stdout } = await make(['gcp', 'x', '--edit'], env);
  expect(exitCode).toBe(7);
  expect(stdout).toBe(`${within('gcp/002_x.sql')}\nedits ${within('gcp/002_x.sql')}\n`);
  expect(readFileSync(within('gcp/002_x.sql'), 'utf8')).toBe('changed\n');
});
