import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EmbeddedOptions, EmbeddedPostgres } from '../../src/core/embedded.js';
import { findDistribution } from '../../src/embedded/data/binaries.js';
import { freePort } from '../support/http.js';
import { copyTemplate, testServer } from '../support/server.js';
import {
  buildChild,
  commonOptions,
  guardOf,
  isRoot,
  processesOf,
  projectRoot,
  query,
  recorder,
  runChild,
  start as startAnywhere,
  testDirectory,
} from './program.js';

let program = '';
let home = '';
/** A directory with data, whose server does not run. */
let directory = '';

beforeAll(async () => {
  program = await buildChild();
});
afterAll(() => rm(dirname(program), { recursive: true }));
beforeEach(async () => {
  home = await testDirectory();
  directory = join(home, 'kept');
});

function start(more: Partial<EmbeddedOptions> = {}): Promise<EmbeddedPostgres> {
  return startAnywhere({ directory, ...more });
}

describe('a directory that does not exist yet', () => {
  test('is made, initialised and kept', async () => {
    directory = join(home, 'a/b/c');
    const { events, onEvent } = recorder();
    const first = await start({ onEvent });
    expect(first).toMatchObject({ directory, attached: false });
    await query(first.port, 'create table t as select 42 as answer');
    await first.stop();
    const second = await start({ onEvent });
    expect(await query(second.port, 'select answer from t')).toEqual([{ answer: 42 }]);
    await second.stop();
    expect(events.map(({ kind }) => kind)).toEqual([
      ...['initialising', 'starting', 'started', 'starting', 'started'],
    ]);
    expect(await readdir(directory)).toEqual(['data']);
    expect((await stat(join(directory, 'data'))).mode & 0o777).toBe(0o700);
  });

  test('is initialised once when three pgms start on it at the same moment', async () => {
    const options = { ...(await commonOptions()), directory };
    const children = [1, 2, 3].map(() => runChild(program, options));
    const lines = await Promise.all(children.map((child) => child.line('running')));
    expect(new Set(lines.map(({ port }) => port)).size).toBe(1);
    expect(lines.filter(({ attached }) => !attached)).toHaveLength(1);
    await query(lines[0]!.port, 'select 1');
    const owner = children[lines.findIndex(({ attached }) => !attached)]!;
    for (const child of children) if (child !== owner) await child.stop();
    await query(lines[0]!.port, 'select 1');
    await owner.stop();
    expect(await processesOf(directory)).toEqual([]);
    expect(await readdir(directory)).toEqual(['data']);
  });
});

describe('a directory with data', () => {
  beforeEach(() => copyTemplate(testServer().version, directory));

  test('waits for the disk', async () => {
    const server = await start();
    const shown = await query(server.port, `select current_setting('fsync') as fsync`);
    expect(shown).toEqual([{ fsync: 'on' }]);
    await server.stop();
  });

  test('a server that another pgm runs is attached to, and left running', async () => {
    const owner = runChild(program, { ...(await commonOptions()), directory });
    const { port } = await owner.line('running');
    const { events, onEvent } = recorder();
    const guest = await start({ onEvent });
    expect(guest).toMatchObject({ port, attached: true, version: testServer().version });
    expect(events).toEqual([{ kind: 'attached', directory, port }]);
    await guest.stop();
    await query(port, 'select 1');
    await owner.stop();
  });

  test('is not attached to while it ends with its pgm, but started anew after', async () => {
    const owner = runChild(program, { ...(await commonOptions()), directory });
    await owner.line('running');
    const guard = await guardOf(directory);
    process.kill(guard, 'SIGSTOP');
    owner.kill('SIGKILL');
    await owner.ended;
    const { events, onEvent } = recorder();
    const next = await start({
      onEvent: (event) => {
        onEvent(event);
        if (event.kind === 'waiting') process.kill(guard, 'SIGCONT');
      },
    });
    expect(next.attached).toBe(false);
    expect(events[0]).toEqual({ kind: 'waiting', directory, pid: owner.pid });
    await query(next.port, 'select 1');
    await next.stop();
  });

  test('says so when it was made by another major version', async () => {
    await writeFile(join(directory, 'data/PG_VERSION'), '9.6\n');
    await expect(start()).rejects.toThrow(
      /was made by PostgreSQL 9\.6, and the installed .* is PostgreSQL 1\d\.\d+\./,
    );
  });

  test('is not touched while a server runs on it that pgm did not start', async () => {
    const { uid, gid } = await stat(join(directory, 'data'));
    const { native } = await findDistribution((await commonOptions()).packageName, [projectRoot]);
    const options = [
      '-D',
      join(directory, 'data'),
      '-p',
      String(await freePort()),
      '-h',
      '127.0.0.1',
      '-k',
      '',
    ];
    const foreign = spawn(join(native, 'bin/postgres'), options, {
      ...(isRoot ? { uid, gid } : {}),
      cwd: '/',
      stdio: 'ignore',
    });
    const file = join(directory, 'data/postmaster.pid');
    await expect.poll(() => readFile(file, 'utf8').catch(() => '')).toContain('ready');
    await expect(start()).rejects.toThrow(
      `in use by a PostgreSQL that pgm did not start (pid ${foreign.pid!})`,
    );
    expect(foreign.exitCode).toBeNull();
    foreign.kill('SIGINT');
    await once(foreign, 'exit');
  });

  test('is recovered when its postmaster.pid names a process that is gone or is no server', async () => {
    const file = join(directory, 'data/postmaster.pid');
    for (const pid of [2 ** 22 + 1, process.ppid]) {
      await writeFile(file, `${pid}\n${join(directory, 'data')}\n1\n5432\n\n\n1 1\nready\n`);
      const attempt = start();
      if (pid === process.ppid && !isRoot) {
        await expect(attempt).rejects.toThrow(/postmaster\.pid names a process that is no server/);
      } else {
        const server = await attempt;
        await query(server.port, 'select 1');
        await server.stop();
      }
    }
  });

  test('is found through a link', async () => {
    const link = join(home, 'link');
    await symlink(directory, link);
    const server = await start();
    const guest = await start({ directory: link });
    expect(guest).toMatchObject({ attached: true, port: server.port, directory });
    await server.stop();
  });

  test('puts a log that has grown large aside', async () => {
    const log = join(directory, 'data/server.log');
    await (await start()).stop();
    await writeFile(log, 'x'.repeat(1024 * 1024 + 1));
    await (await start()).stop();
    expect((await stat(log)).size).toBeLessThan(10_000);
    expect((await stat(`${log}.1`)).size).toBe(1024 * 1024 + 1);
  });
});
