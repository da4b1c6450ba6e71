import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { listProcesses } from '../../src/embedded/process/processes.js';
import type { TestDatabaseOptions } from '../../src/testing/index.js';
import { placeForData } from '../support/data-place.js';
import { openDirectory, packageFor } from '../support/server-setup.js';
import { testServer } from '../support/server.js';
import { makeTree, type Tree } from '../support/tree.js';

export type Line =
  | {
      readonly kind: 'made';
      readonly url: string;
      readonly port: number;
      readonly database: string;
    }
  | { readonly kind: 'refused'; readonly name: string; readonly message: string }
  | { readonly kind: 'dropped' };

export interface Worker {
  readonly pid: number;
  /** The next line of its output. Throws when it ends without one. */
  next(): Promise<Line>;
  /** The same, which has to be a database. */
  made(): Promise<Extract<Line, { kind: 'made' }>>;
  tell(word: 'make' | 'drop' | 'end'): void;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  readonly errors: () => string;
  kill(): void;
}

/** Test runs that meet nobody but each other: with a directory for temporary files, and for data, of their own. */
export interface Run {
  readonly temporary: string;
  readonly data: string;
  readonly tree: Tree;
  start(more?: TestDatabaseOptions): Worker;
  /** A runner of so many workers, which speak through it. */
  startRunner(workers: number): Worker;
  options(more?: TestDatabaseOptions): TestDatabaseOptions;
  /** Waits until no process and no file is left of all this, and says what is. */
  expectNothingLeft(): Promise<void>;
}

const programOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Sets one up for the tests of a file, and ends what they started after each. */
export function setUpRun(): Run {
  const workers: Worker[] = [];
  let packageName = '';
  let temporary = '';
  let data = '';
  let tree: Tree;
  beforeAll(async () => {
    packageName = await packageFor(testServer().version);
    temporary = await openDirectory();
    // These tests make and drop many databases.
    data = await openDirectory(await placeForData());
    tree = await makeTree({ 'shop/001_orders.sql': 'create table orders (id int primary key);' });
  });
  afterEach(() => {
    for (const worker of workers.splice(0)) worker.kill();
  });
  afterAll(async () => {
    await tree.remove();
    for (const path of [temporary, data]) await rm(path, { recursive: true });
  });
  const options = (more: TestDatabaseOptions = {}): TestDatabaseOptions => ({
    dir: tree.directory,
    embedded: { package: packageName, directory: data, ...more.embedded },
    ...(more.keep === undefined ? {} : { keep: more.keep }),
  });
  const run = (words: readonly string[]): Worker => {
    const worker = startWorker(words, temporary);
    workers.push(worker);
    return worker;
  };
  return {
    get temporary() {
      return temporary;
    },
    get data() {
      return data;
    },
    get tree() {
      return tree;
    },
    options,
    start: (more) => run([programOf('worker.mjs'), JSON.stringify(options(more))]),
    startRunner: (count) =>
      run([programOf('runner.mjs'), JSON.stringify(options()), String(count)]),
    expectNothingLeft: () => expect.poll(() => leftOf([temporary, data])).toEqual([]),
  };
}

/** Files, and processes that name them in their command lines. The binaries of root's servers stay for the next one. */
async function leftOf(directories: readonly string[]): Promise<readonly string[]> {
  const files = await Promise.all(directories.map((path) => readdir(path)));
  const names = files.flat().filter((name) => !name.startsWith('pgm-embedded-postgres-'));
  const processes = (await listProcesses())
    .map(({ command }) => command)
    .filter((command) => !command.includes('worker.mjs') && !command.includes('runner.mjs'))
    .filter((command) => directories.some((path) => command.includes(path)));
  return [...names, ...processes];
}

function startWorker(words: readonly string[], temporary: string): Worker {
  const node = spawn(process.execPath, words, {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  node.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  node.stdin.on('error', () => undefined);
  const lines = createInterface(node.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<Line> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`the worker ended: ${errors}`);
    return JSON.parse(line.value) as Line;
  };
  return {
    pid: node.pid!,
    next,
    made: async () => {
      const line = await next();
      if (line.kind !== 'made') throw new Error(JSON.stringify(line));
      return line;
    },
    tell: (word) => void node.stdin.write(`${word}\n`),
    ended: once(node, 'exit').then(([code, signal]) => (signal ?? code) as number | string),
    errors: () => errors,
    kill: () => void node.kill('SIGKILL'),
  };
}

/** The pid of the process that keeps the server of a run. */
export async function keeperOf({ temporary }: Pick<Run, 'temporary'>): Promise<number> {
  const found = (await listProcesses()).find(
    ({ command }) =>
      command.includes('keeper.js') && command.includes(join(temporary, 'pgm-testing-')),
  );
  if (found === undefined) throw new Error('there is no keeper');
  return found.pid;
}
