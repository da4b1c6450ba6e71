import { chmod, chown, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { testServer } from '../support/server.js';
import { buildChild, commonOptions, isRoot, runChild, start, testDirectory } from './program.js';

let program = '';
let home = '';
let directory = '';

beforeAll(async () => {
  program = await buildChild();
});
afterAll(() => rm(dirname(program), { recursive: true }));
beforeEach(async () => {
  home = await testDirectory();
  directory = join(home, 'kept');
});

test('a directory is refused when it holds something else', async () => {
  await mkdir(directory);
  await writeFile(join(directory, 'thesis.txt'), '');
  await expect(start({ directory })).rejects.toThrow(
    /kept is not empty \(thesis\.txt\) and contains no data/,
  );
  expect(await readdir(directory)).toEqual(['thesis.txt']);
});

test('a directory is refused when it is itself a data directory', async () => {
  await mkdir(directory);
  await writeFile(join(directory, 'PG_VERSION'), testServer().version);
  await expect(start({ directory })).rejects.toThrow(/is itself a PostgreSQL data directory/);
});

test('a directory is refused when it is a file', async () => {
  await writeFile(directory, '');
  await expect(start({ directory })).rejects.toThrow(
    /cannot be created \(EEXIST\)\. It is a file, or below one: use another path/,
  );
});

test.runIf(isRoot)(
  'a directory is refused when the user of the server cannot enter it',
  async () => {
    await chmod(home, 0o700);
    await expect(start({ directory })).rejects.toThrow(
      new RegExp(`cannot enter ${home}, which leads to .* chmod o\\+x ${home}`),
    );
  },
);

test.runIf(isRoot)('a directory is refused when its data belongs to root', async () => {
  await mkdir(join(directory, 'data'), { recursive: true });
  await writeFile(join(directory, 'data/PG_VERSION'), testServer().version);
  await expect(start({ directory })).rejects.toThrow(/belongs to root, .* chown -R postgres/);
});

test.runIf(isRoot)(
  'a directory is refused when an ordinary user may not write to it, or owns other data',
  async () => {
    const options = { ...(await commonOptions()), directory };
    await mkdir(directory, { mode: 0o755 });
    const refused = async () => {
      const child = runChild(program, options, { uid: 65534, gid: 65534 });
      return (await child.line('refused')).message;
    };
    expect(await refused()).toMatch(/the user "nobody" may not write to .*kept/);
    await mkdir(join(directory, 'data'), { mode: 0o755 });
    await chown(join(directory, 'data'), 1, 1);
    expect(await refused()).toMatch(/belongs to the user with id 1, and you are nobody/);
  },
);
