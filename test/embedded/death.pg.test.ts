import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../src/embedded/process/run.js';
import {
  expectNothingOf,
  guardOf,
  keptDirectory,
  postmasterOf,
  processesOf,
  query,
  sleepersOn,
  sleepOn,
  start,
  testDirectory,
} from './program.js';
import { setUpChildren } from './children.js';

const children = setUpChildren();

/** What a Ctrl-C is sent to. */
async function processGroups(pids: readonly number[]): Promise<readonly number[]> {
  const output = await run('ps', ['-o', 'pgid=', '-p', pids.join(',')]);
  return output.trim().split(/\s+/).map(Number);
}

test('a pgm that is told to stop ends its server first', async () => {
  const child = await children.start();
  const { directory } = await child.line('running');
  await child.stop();
  expect(await child.ended).toBe(0);
  expect(await processesOf(directory)).toEqual([]);
  expect(existsSync(directory)).toBe(false);
});

test('Ctrl-C in a terminal reaches pgm alone, which then stops the server in order', async () => {
  const child = await children.start();
  const { directory } = await child.line('running');
  const groups = await processGroups([
    child.pid,
    await postmasterOf(directory),
    await guardOf(directory),
  ]);
  expect(groups.filter((group) => group === child.pid)).toHaveLength(1);
  child.interrupt();
  expect(await child.ended).toBe(0);
  expect(await processesOf(directory)).toEqual([]);
  expect(existsSync(directory)).toBe(false);
});

test('a pgm killed by SIGKILL takes its server and its throw-away directory with it', async () => {
  const child = await children.start();
  const { directory } = await child.line('running');
  expect((await processesOf(directory)).length).toBeGreaterThan(3);
  child.kill('SIGKILL');
  expect(await child.ended).toBe('SIGKILL');
  await expectNothingOf(directory);
  await expect.poll(() => existsSync(directory)).toBe(false);
});

test('the server ends while a session is in the middle of a statement', async () => {
  const directory = await keptDirectory();
  const child = await children.start({ directory });
  const { port } = await child.line('running');
  const ended = expect(sleepOn(port)).rejects.toThrow();
  await expect.poll(() => sleepersOn(port)).toHaveLength(1);
  child.kill('SIGKILL');
  await expectNothingOf(directory);
  await ended;
});

test('a pgm killed while it initialises leaves no process and no directory', async () => {
  const child = await children.start();
  const { directory } = await child.line('initialising');
  await expect.poll(() => processesOf(directory)).not.toEqual([]);
  child.kill('SIGKILL');
  await expectNothingOf(directory);
  await expect.poll(() => existsSync(directory)).toBe(false);
});

test('a kept directory whose initialisation was killed can be started like a new one', async () => {
  const directory = join(await testDirectory(), 'kept');
  const child = await children.start({ directory });
  await child.line('initialising');
  await expect.poll(() => processesOf(directory)).not.toEqual([]);
  child.kill('SIGKILL');
  await expectNothingOf(directory);
  const second = await children.start({ directory });
  await second.line('running');
  await second.stop();
});

test('data that was committed before pgm was killed is there at the next start', async () => {
  const directory = await keptDirectory();
  const child = await children.start({ directory });
  const { port } = await child.line('running');
  await query(port, 'create table kept_table as select 42 as answer');
  child.kill('SIGKILL');
  await child.ended;
  const second = await start({ directory });
  expect(await query(second.port, 'select answer from kept_table')).toEqual([{ answer: 42 }]);
  expect(second.attached).toBe(false);
  await second.stop();
});

test('a guard that is asked to end stops its server in order', async () => {
  const directory = await keptDirectory();
  const child = await children.start({ directory });
  await child.line('running');
  process.kill(await guardOf(directory), 'SIGTERM');
  const { log } = await child.line('lost');
  expect(log.join('\n')).toContain('database system is shut down');
  expect(await processesOf(directory)).toEqual([]);
});
