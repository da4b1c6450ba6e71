import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { pgm } from '../support/pgm.js';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const run = promisify(execFile);

test.each(['--version', '-V'])('%s is the version of the package', async (flag) => {
  const manifest = JSON.parse(readFileSync(path('../../package.json'), 'utf8')) as object;
  const { exitCode, stdout, stderr } = await pgm([flag]);
  expect([exitCode, stdout, stderr]).toEqual([
    0,
    `${(manifest as { version: string }).version}\n`,
    '',
  ]);
});

test.each(['--help', '-h'])('%s is what the program itself would say', async (flag) => {
  const { exitCode, stdout } = await pgm([flag]);
  const itself = await run(process.execPath, [path('../../dist/pgm/main.cjs'), flag]);
  expect(exitCode).toBe(0);
  expect(stdout).toBe(itself.stdout);
  expect(stdout).toContain('Usage: pgm');
});

test('neither --help nor --version imports the program', async () => {
  for (const flag of ['--version', '--help']) {
    const { stdout, stderr } = await run(process.execPath, [path('../../bin/pgm.js'), flag], {
      env: { ...process.env, NODE_DEBUG: 'esm,module' },
    });
    expect(stdout).not.toBe('');
    expect(stderr).not.toContain('dist/pgm/main.cjs');
  }
});
