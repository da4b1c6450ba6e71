import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errnoOf } from '../../../src/core/errors.js';
import { diskFiles } from '../../../src/library/open/compose.js';

let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pgm-files-'));
  await writeFile(join(directory, 'secret'), 'ü\n');
  await chmod(join(directory, 'secret'), 0o640);
  await symlink('secret', join(directory, 'link'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

test('reads text, and the mode of what a link points to, as a mounted Secret has it', async () => {
  expect(await diskFiles.readFile(join(directory, 'link'))).toBe('ü\n');
  expect(await diskFiles.fileMode(join(directory, 'link'))).toBe(0o640);
  expect(await diskFiles.exists(directory)).toBe(true);
});

test('what is not there: false, and ENOENT', async () => {
  const path = join(directory, 'missing');
  expect(await diskFiles.exists(path)).toBe(false);
  for (const ask of [diskFiles.readFile, diskFiles.fileMode]) {
    expect(errnoOf(await ask(path).catch((error: unknown) => error))).toBe('ENOENT');
  }
});
