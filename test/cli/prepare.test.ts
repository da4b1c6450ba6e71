import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSource } from '../../src/source/read-source.js';
import { Kubelet } from '../support/kubelet.js';
import { type Finished, pgm } from '../support/pgm.js';

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

test('again it writes nothing; after a swap what changed', async () => {
  await prepare();
  expect((await prepare()).stdout).toContain('0 written, 3 as they were, 0 removed');
  mount.swap({ 'gcp_001_x.sql': 'select 1;', 'my_app_002_y.sql': 'select 2;' });
  const { stdout } = await prepare();
  expect(stdout).toContain('1 written, 1 as they were, 1 removed');
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
  expect(stderr).toContain(`the target ${to} lies inside the source ${mount.directory}`);
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
  expect(stderr).toMatch(/cannot make \/proc\/self\/fdinfo\/tree: .+/);
});

test('a file where a directory should be is exit 2', async () => {
  mkdirSync(join(root, 'shared/tree'), { recursive: true });
  writeFileSync(join(root, 'shared/tree/gcp'), '');
  const { exitCode, stderr } = await prepare();
  expect(exitCode).toBe(2);
  expect(stderr).toContain('is a file or a link, and a directory of migrations has to be there');
});
