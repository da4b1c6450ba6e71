import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { run } from '../../src/embedded/run.js';
import { startEmbeddedPostgres } from '../../src/embedded/start.js';
import { asAdmin, testServer } from '../support/server.js';
import { openDirectory } from '../support/server-setup.js';
import {
  buildChild,
  commonOptions,
  expectNothingOf,
  guardOf,
  keptDirectory,
  postmasterOf,
  processesOf,
  runChild,
} from './program.js';
import type { Child } from './program.js';

let program = '';
/** Where the servers of these tests live, so that no other test sweeps what is left for these to find. */
let temporaryDirectory = '';

beforeAll(async () => {
  program = await buildChild();
  temporaryDirectory = await openDirectory();
});
afterAll(async () => {
  for (const path of [dirname(program), temporaryDirectory]) await rm(path, { recursive: true });
});

const children: Child[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function start(more: { readonly directory?: string } = {}): Promise<Child> {
  const child = runChild(program, { ...(await commonOptions()), temporaryDirectory, ...more });
  children.push(child);
  return child;
}

/** What a Ctrl-C is sent to. */
async function processGroups(pids: readonly number[]): Promise<readonly number[]> {
  const { output } = await run('ps', ['-o', 'pgid=', '-p', pids.join(',')]);
  return output.trim().split(/\s+/).map(Number);
}

test('a pgm that is told to stop ends its server first', async () => {
  const child = await start();
  const { directory } = await child.line('running');
  await child.stop();
  expect(await child.ended).toBe(0);
  expect(await processesOf(directory)).toEqual([]);
  expect(existsSync(directory)).toBe(false);
});

test('Ctrl-C in a terminal reaches pgm alone, which then stops the server in order', async () => {
  const child = await start();
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
  const child = await start();
  const { directory } = await child.line('running');
  expect((await processesOf(directory)).length).toBeGreaterThan(3);
  child.kill('SIGKILL');
  expect(await child.ended).toBe('SIGKILL');
  await expectNothingOf(directory);
  await expect.poll(() => existsSync(directory)).toBe(false);
});

test('so it does while a session is in the middle of a statement', async () => {
  const directory = await keptDirectory();
  const child = await start({ directory });
  const { port } = await child.line('running');
  const server = { ...testServer(), port };
  const sleeping = asAdmin((sql) => sql`select pg_sleep(600)`, server);
  const ended = expect(sleeping).rejects.toThrow();
  await asAdmin(async (sql) => {
    const busy = () => sql`select from pg_stat_activity where wait_event = 'PgSleep'`;
    await expect.poll(async () => (await busy()).length).toBe(1);
  }, server);
  child.kill('SIGKILL');
  await expectNothingOf(directory);
  await ended;
  await rm(dirname(directory), { recursive: true });
});

test('a pgm killed while it initialises leaves no process and no directory', async () => {
  const child = await start();
  const { directory } = await child.line('initialising');
  await expect.poll(() => processesOf(directory)).not.toEqual([]);
  child.kill('SIGKILL');
  await expectNothingOf(directory);
  await expect.poll(() => existsSync(directory)).toBe(false);
});

test('a kept directory whose initialisation was killed can be started like a new one', async () => {
  const directory = join(await openDirectory(), 'kept');
  const child = await start({ directory });
  await child.line('initialising');
  await expect.poll(() => processesOf(directory)).not.toEqual([]);
  child.kill('SIGKILL');
  await expectNothingOf(directory);
  const second = await start({ directory });
  await second.line('running');
  await second.stop();
  await rm(dirname(directory), { recursive: true });
});

test('data that was committed before pgm was killed is there at the next start', async () => {
  const directory = await keptDirectory();
  const child = await start({ directory });
  const { port } = await child.line('running');
  await asAdmin((sql) => sql`create table kept_table as select 42 as answer`, {
    ...testServer(),
    port,
  });
  child.kill('SIGKILL');
  await child.ended;
  const second = await startEmbeddedPostgres({ ...(await commonOptions()), directory });
  const rows = await asAdmin((sql) => sql`select answer from kept_table`, {
    ...testServer(),
    port: second.port,
  });
  expect(rows[0]).toEqual({ answer: 42 });
  expect(second.attached).toBe(false);
  await second.stop();
  await rm(dirname(directory), { recursive: true });
});

test('a guard that is asked to end stops its server in order', async () => {
  const directory = await keptDirectory();
  const child = await start({ directory });
  await child.line('running');
  process.kill(await guardOf(directory), 'SIGTERM');
  const { log } = await child.line('lost');
  expect(log.join('\n')).toContain('database system is shut down');
  expect(await processesOf(directory)).toEqual([]);
  await rm(dirname(directory), { recursive: true });
});
