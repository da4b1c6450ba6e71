import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let packed: { readonly filename: string; readonly files: readonly { readonly path: string }[] };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgm-test-package-'));
  // The build is there already, and a build in the middle of the tests would pull it from under the others.
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: root });
  [packed] = JSON.parse(stdout) as [typeof packed];
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('the package holds the built program and its papers: no tests, no sources, no migrations', () => {
  const paths = packed.files.map(({ path }) => path);
  expect(paths).toContain('bin/pgm.js');
  expect(paths).toContain('dist/index.d.ts');
  expect(paths).toContain('README.md');
  const folders = new Set(paths.map((path) => path.split('/')[0]));
  expect([...folders].sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'bin',
    'dist',
    'package.json',
  ]);
});

test('installed in an empty folder it gives a working pgm', { timeout: 300_000 }, async () => {
  const tarball = join(folder, packed.filename);
  const args = [
    'install',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--prefix',
    folder,
    tarball,
  ];
  await run('npm', args, { cwd: folder });
  const pgm = join(folder, 'node_modules/.bin/pgm');
  const { stdout } = await run(pgm, ['--version']);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const failed = run(pgm, ['migrate', '--dir', '/no/such/place']);
  await expect(failed).rejects.toMatchObject({
    code: 2,
    stderr: 'pgm migrate: the migrations directory /no/such/place does not exist\n',
  });
  const embedded = run(pgm, ['migrate', '--embedded', '--dir', folder], { cwd: folder });
  await expect(embedded).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('npm install') as string,
  });
});
