import { existsSync } from 'node:fs';
import { chown, mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeOrigin, originFile } from '../../src/embedded/data/directory.js';
import { chooseIdentity } from '../../src/embedded/process/identity.js';
import { guardOf, keptDirectory, postmasterOf, processesOf, recorder, start } from './program.js';
import { setUpChildren } from './children.js';

const children = setUpChildren();

test('the next start stops a throw-away server whose guard was killed as well', async () => {
  const child = await children.start();
  const { directory } = await child.line('running');
  const pid = await postmasterOf(directory);
  process.kill(await guardOf(directory), 'SIGKILL');
  child.kill('SIGKILL');
  await child.ended;
  expect(await processesOf(directory)).not.toEqual([]);
  const { events, onEvent } = recorder();
  const { temporaryDirectory } = children;
  const next = await start({ directory: await keptDirectory(), temporaryDirectory, onEvent });
  expect(events).toContainEqual({ kind: 'recovered-orphan', directory, pid });
  expect(await processesOf(directory)).toEqual([]);
  expect(existsSync(directory)).toBe(false);
  await next.stop();
});

test('the next start takes over a kept directory whose guard was killed as well', async () => {
  const directory = await keptDirectory();
  const child = await children.start({ directory });
  await child.line('running');
  const pid = await postmasterOf(directory);
  process.kill(await guardOf(directory), 'SIGKILL');
  child.kill('SIGKILL');
  await child.ended;
  const { events, onEvent } = recorder();
  const next = await start({ directory, onEvent });
  expect(events).toContainEqual({ kind: 'recovered-orphan', directory, pid });
  expect(await postmasterOf(directory)).not.toBe(pid);
  await next.stop();
  expect(await processesOf(directory)).toEqual([]);
});

test('a pgm whose guard was killed still stops its own server', async () => {
  const server = await start({ temporaryDirectory: children.temporaryDirectory });
  process.kill(await guardOf(server.directory), 'SIGKILL');
  await server.stop();
  expect(await processesOf(server.directory)).toEqual([]);
  expect(existsSync(server.directory)).toBe(false);
});

test('live servers are left alone by the next start', async () => {
  const live = await children.start();
  const { directory } = await live.line('running');
  await age(directory);
  expect(await sweep()).toEqual([]);
  expect(await guardOf(directory)).toBeGreaterThan(0);
  await live.stop();
});

test('a directory that was left without a server goes when it is old, and was made here', async () => {
  const [old, young, elsewhere] = ['old', 'yng', 'els'].map((word) =>
    join(children.temporaryDirectory, `pgm-embedded-${word}000`),
  ) as [string, string, string];
  const { uid, gid } = await serverUser();
  for (const directory of [old, young, elsewhere]) {
    await mkdir(join(directory, 'data'), { recursive: true });
    await writeFile(join(directory, originFile), await describeOrigin());
    for (const path of [directory, join(directory, 'data')]) await chown(path, uid, gid);
    if (directory !== young) await age(directory);
  }
  await writeFile(join(elsewhere, originFile), 'another-machine pid:[1]\n');
  await age(elsewhere);
  expect(await sweep()).toEqual([{ kind: 'recovered-orphan', directory: old, pid: null }]);
  expect([old, young, elsewhere].map((path) => existsSync(path))).toEqual([false, true, true]);
});

/** What the start of a kept server finds to recover. */
async function sweep(): Promise<readonly object[]> {
  const { events, onEvent } = recorder();
  const { temporaryDirectory } = children;
  const directory = await keptDirectory();
  await (await start({ directory, temporaryDirectory, onEvent })).stop();
  return events.filter(({ kind }) => kind === 'recovered-orphan');
}

async function serverUser(): Promise<{ uid: number; gid: number }> {
  return chooseIdentity(null, '/etc/passwd');
}

async function age(directory: string): Promise<void> {
  const longAgo = new Date(Date.now() - 3_600_000);
  for (const path of [directory, join(directory, 'data')]) await utimes(path, longAgo, longAgo);
}
