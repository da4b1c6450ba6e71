import { execFileSync } from 'node:child_process';
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
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSource } from '../../../src/source/read-source.js';
import { Kubelet } from '../../support/kubelet.js';
import { type Finished, pgm } from '../../support/pgm.js';

let root: string;
let mount: Kubelet;
let env: Record<string, string>;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pgm-test-prepare-'));
  mount = Kubelet.mount(join(root, 'mount'), {
    'gcp_001_x.sql': '\ufeffselect 1;\r\n',
    'my_app_002_y.sql': 'select 2;',
    '003_bare.sql': 'select 3;',
    'notes.md': 'no migration',
  });
  env = {
    CONFIGMAP_PATH: mount.directory,
    MIGRATIONS_TARGET: join(root, 'shared/tree'),
    MIGRATIONS_READY_SENTINEL_PATH: join(root, 'shared/ready.flag'),
  };
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

const prepare = (...args: string[]): Promise<Finished> => pgm(['prepare', ...args], env);
const inTree = (path: string): string => readFileSync(join(root, 'shared/tree', path), 'utf8');

test('a mounted ConfigMap becomes a tree of the same revision, and the sentinel counts it', async () => {
  const { exitCode, stdout } = await prepare();
  expect(exitCode).toBe(0);
  expect(stdout).toContain('3 files in');
  expect(inTree('gcp/001_x.sql')).toBe('\ufeffselect 1;\r\n');
  expect(inTree('my_app/002_y.sql')).toBe('select 2;');
  expect(inTree('public/003_bare.sql')).toBe('select 3;');
  expect(readFileSync(join(root, 'shared/ready.flag'), 'utf8')).toBe('migrations-ready-3\n');
  const options = { schemas: null, reserved: [] };
  const before = await readSource(mount.directory, options);
  expect((await readSource(join(root, 'shared/tree'), options)).revision).toBe(before.revision);
});

test('a second prepare writes nothing, and after a swap what changed', async () => {
  await prepare();
  expect((await prepare()).stdout).toContain('0 written, 3 unchanged, 0 removed');
  mount.swap({ 'gcp_001_x.sql': 'select 1;', 'my_app_002_y.sql': 'select 2;' });
  const { stdout } = await prepare();
  expect(stdout).toContain('1 written, 1 unchanged, 1 removed');
  expect(existsSync(join(root, 'shared/tree/public'))).toBe(false);
});

test('a file that is refused is told and goes along, so that watch refuses it too', async () => {
  const bad = Buffer.from([0x73, 0xff]);
  mount.swap({ 'gcp_001_x.sql': bad, 'nonumber.sql': 'x', 'gcp_002_x.sql': 'select 2;' });
  const { exitCode, stdout } = await prepare();
  expect(exitCode).toBe(0);
  expect(stdout).toContain('gcp_001_x.sql refused: it is not valid UTF-8');
  expect(readFileSync(join(root, 'shared/tree/gcp/001_x.sql'))).toEqual(bad);
  const tree = await readSource(join(root, 'shared/tree'), { schemas: null, reserved: [] });
  expect(tree.refused.map(({ path }) => path)).toEqual(['gcp/001_x.sql', 'nonumber.sql']);
});

test('an empty ConfigMap is a warning, and ready', async () => {
  mount.empty();
  const { exitCode, stdout } = await prepare();
  expect(exitCode).toBe(0);
  expect(stdout).toContain('no migrations found');
  expect(readFileSync(join(root, 'shared/ready.flag'), 'utf8')).toBe('migrations-ready-0\n');
});

test('flags win over variables, and --schemas limits', async () => {
  const to = join(root, 'other');
  const { exitCode } = await prepare(
    '--to',
    to,
    '--sentinel',
    join(root, 'flag'),
    '--schemas',
    'gcp',
  );
  expect(exitCode).toBe(0);
  expect(existsSync(join(to, 'gcp/001_x.sql'))).toBe(true);
  expect(existsSync(join(to, 'my_app'))).toBe(false);
  expect(readFileSync(join(root, 'flag'), 'utf8')).toBe('migrations-ready-1\n');
});

test('a target inside the source is exit 2, and nothing is written', async () => {
  const to = join(mount.directory, 'tree');
  const { exitCode, stderr } = await prepare('--to', to);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`the target ${to} is inside the source ${mount.directory}`);
  expect(existsSync(to)).toBe(false);
});

test('a source that is missing is exit 2, and the old tree stays', async () => {
  await prepare();
  mount.remove();
  const { exitCode, stderr } = await prepare();
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`the migrations directory ${mount.directory} does not exist`);
  expect(inTree('gcp/001_x.sql')).toContain('select 1;');
});

test('a target that cannot be written is exit 2, with the path and what to do', async () => {
  // Not even root may make a directory in there.
  const { exitCode, stderr } = await prepare('--to', '/proc/self/fdinfo/tree');
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/cannot create \/proc\/self\/fdinfo\/tree: .+/);
});

test('a file where a directory should be is exit 2', async () => {
  mkdirSync(join(root, 'shared/tree'), { recursive: true });
  writeFileSync(join(root, 'shared/tree/gcp'), '');
  const { exitCode, stderr } = await prepare();
  expect(exitCode).toBe(2);
  expect(stderr).toContain('must be a directory for migrations, but is a file or a link');
});

describe('a file that cannot be copied', () => {
  const sentinel = (): string => join(root, 'shared/ready.flag');
  const tree = (): string[] =>
    readdirSync(join(root, 'shared/tree'), { recursive: true, encoding: 'utf8' }).toSorted();

  test.each<[string, (directory: string) => void, string]>([
    [
      'a dangling link',
      (directory) => {
        symlinkSync('gone.sql', join(directory, 'gcp_009_z.sql'));
      },
      'gcp_009_z.sql (it is a broken link: ENOENT)',
    ],
    [
      'a FIFO',
      (directory) => {
        execFileSync('mkfifo', [join(directory, 'gcp_009_z.sql')]);
      },
      'gcp_009_z.sql (it is not a regular file',
    ],
    [
      'a link out of the source',
      (directory) => {
        writeFileSync(join(root, 'outside.sql'), 'select 9;');
        symlinkSync(join(root, 'outside.sql'), join(directory, 'gcp_009_z.sql'));
      },
      'gcp_009_z.sql (it is a link to something outside the source',
    ],
    [
      'a directory that lies outside',
      (directory) => {
        mkdirSync(join(root, 'outside'));
        symlinkSync(join(root, 'outside'), join(directory, 'aws'));
      },
      'aws (it is a link to something outside the source',
    ],
    [
      'a file too deep for a tree',
      (directory) => {
        mkdirSync(join(directory, 'aws/old'), { recursive: true });
        writeFileSync(join(directory, 'aws/old/001_x.sql'), 'select 9;');
      },
      'aws/old/001_x.sql (',
    ],
    [
      'a second file of the same name',
      (directory) => {
        mkdirSync(join(directory, 'public'));
        writeFileSync(join(directory, '001_x.sql'), 'select 8;');
        writeFileSync(join(directory, 'public/001_x.sql'), 'select 9;');
      },
      'public/001_x.sql (it names the same migration as 001_x.sql',
    ],
  ])('%s is exit 1 without a sentinel, and what was there stays', async (_what, spoil, words) => {
    const source = join(root, 'source');
    mkdirSync(source);
    writeFileSync(join(source, 'gcp_001_x.sql'), 'select 1;');
    writeFileSync(join(source, 'gcp_002_x.sql'), 'select 2;');
    env['CONFIGMAP_PATH'] = source;
    expect(await prepare()).toMatchObject({ exitCode: 0 });
    const before = tree();
    rmSync(join(source, 'gcp_002_x.sql'));
    spoil(source);
    const { exitCode, stderr } = await prepare();
    expect(exitCode).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).toContain('correct the source and run pgm prepare again');
    expect(existsSync(sentinel())).toBe(false);
    expect(tree()).toEqual(before);
    rmSync(source, { recursive: true });
    mkdirSync(source);
    writeFileSync(join(source, 'gcp_001_x.sql'), 'select 1;');
    expect(await prepare()).toMatchObject({ exitCode: 0 });
    expect(readFileSync(sentinel(), 'utf8')).toBe('migrations-ready-1\n');
  });
});
