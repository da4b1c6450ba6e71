import { lutimesSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import ts from 'typescript';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/core/files/migration.js';
import { readSource } from '../../src/source/read-source.js';
import { Kubelet, numberedPayload, swapsDone, toldToStop } from '../support/kubelet.js';

const options = { schemas: null, reserved: ['pgm'] };
let home: string;
let directory: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'pgm-test-mount-'));
  directory = join(home, 'migrations');
});

afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

const linkOrders = [
  ['after', false],
  ['before', true],
] as const;

describe('a mounted ConfigMap', () => {
  test('is read as its generation', async () => {
    const kubelet = Kubelet.mount(directory, { 'gcp_001_x.sql': 'select 1;' });
    const first = await readSource(directory, options);
    expect(first.migrations.map(({ key, sql }) => [key, sql])).toEqual([
      ['gcp/001_x.sql', 'select 1;'],
    ]);
    expect(first.generation).toMatch(/^\.\.2026_11_23/);
    expect(first.ignored).toEqual([]);
    const generation = kubelet.swap({ 'gcp_001_x.sql': 'select 2;', 'README.md': '# x' });
    const second = await readSource(directory, options);
    expect(second).toMatchObject({ generation, ignored: ['README.md'] });
    expect(second.revision).not.toBe(first.revision);
  });

  test('tells when it was swapped, which is not when its files or the link were made', async () => {
    const kubelet = Kubelet.mount(directory, { 'gcp_001_x.sql': 'select 1;' });
    const longAgo = new Date('2020-01-01');
    lutimesSync(join(directory, '..data'), longAgo, longAgo);
    // Clocks of file systems are coarse: a jiffy or two.
    const before = Date.now() - 50;
    kubelet.swap({ 'gcp_001_x.sql': 'select 2;' });
    const { swappedAt } = await readSource(directory, options);
    expect(swappedAt).toBeGreaterThan(before);
    expect(swappedAt).toBeLessThan(Date.now() + 50);
    const again = await readSource(directory, options);
    expect(again.swappedAt).toBe(swappedAt);
  });

  test('an empty ConfigMap has no migrations and is no error', async () => {
    const kubelet = Kubelet.mount(directory, { 'gcp_001_x.sql': 'select 1;' });
    kubelet.empty();
    expect(await readSource(directory, options)).toMatchObject({ migrations: [], refused: [] });
  });

  test('a ConfigMap that was deleted and made again is read anew', async () => {
    const kubelet = Kubelet.mount(directory, { 'gcp_001_x.sql': 'select 1;' });
    const generation = kubelet.replace({ 'gcp_002_x.sql': 'select 2;' });
    const { migrations, generation: read } = await readSource(directory, options);
    expect(migrations.map(({ key }) => key)).toEqual(['gcp/002_x.sql']);
    expect(read).toBe(generation);
  });

  test('with paths, as a projected volume gives them, is a tree', async () => {
    Kubelet.mount(directory, {
      'gcp/001_x.sql': 'a',
      'gcp/002_x.sql': 'b',
      'aws/001_x.sql': 'c',
      'aws_002_x.sql': 'd',
      'deep/er/001_x.sql': 'e',
    });
    const { migrations, refused } = await readSource(directory, options);
    expect(migrations.map(({ key, path }) => `${key} from ${path}`)).toEqual([
      'aws/001_x.sql from aws/001_x.sql',
      'aws/002_x.sql from aws_002_x.sql',
      'gcp/001_x.sql from gcp/001_x.sql',
      'gcp/002_x.sql from gcp/002_x.sql',
    ]);
    expect(refused.map(({ path }) => path)).toEqual(['deep/er/001_x.sql']);
  });

  test('whose ..data leads nowhere is not there, and says so', async () => {
    await mkdir(directory);
    await symlink('..2026_gone', join(directory, '..data'));
    await expect(readSource(directory, options)).rejects.toMatchObject({
      name: 'SourceMissing',
      directory,
      message: `${directory} is a mount whose ..data points to ..2026_gone, which does not exist; mount it again`,
    });
  });

  test('whose ..data leads out of it is no mount: its links are refused, one by one', async () => {
    await mkdir(directory);
    await mkdir(join(home, 'elsewhere'));
    await writeFile(join(home, 'elsewhere', 'gcp_001_x.sql'), 'select 1;');
    await symlink('../elsewhere', join(directory, '..data'));
    await symlink('..data/gcp_001_x.sql', join(directory, 'gcp_001_x.sql'));
    const { migrations, refused, generation } = await readSource(directory, options);
    expect({ migrations, generation }).toEqual({ migrations: [], generation: null });
    expect(refused).toMatchObject([
      {
        path: 'gcp_001_x.sql',
        reason: 'it is a link to something outside the source; copy the target instead',
      },
    ]);
  });
});

/** A kubelet in a thread of its own, so that a swap can come between any two steps of a read. */
class BusyKubelet {
  readonly #shared = new Int32Array(new SharedArrayBuffer(8));
  readonly #ended: Promise<unknown>;
  readonly #since = performance.now();

  constructor(linksFirst: boolean) {
    const source = readFileSync(
      fileURLToPath(new URL('../support/kubelet.ts', import.meta.url)),
      'utf8',
    );
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023 },
    });
    const start = `const { workerData } = require('node:worker_threads');
      exports.swapConstantly(workerData.directory, workerData.options, workerData.shared);`;
    const worker = new Worker(`${outputText}\n${start}`, {
      eval: true,
      execArgv: [],
      workerData: { directory, options: { linksFirst }, shared: this.#shared },
    });
    this.#ended = new Promise((resolve, reject) => {
      worker.once('exit', resolve).once('error', reject);
    });
  }

  /** How many it has done; throws when it is at it for so long that it must be dead. */
  get swaps(): number {
    if (performance.now() - this.#since > 120_000) throw new Error('the kubelet is stuck');
    return Atomics.load(this.#shared, swapsDone);
  }

  /** Settles once it is at work. */
  async started(): Promise<void> {
    await expect.poll(() => this.swaps).toBeGreaterThan(0);
  }

  async stop(): Promise<void> {
    Atomics.store(this.#shared, toldToStop, 1);
    await this.#ended;
  }
}

/** Read name by name through the links, as one would without thinking; a file that has just gone is passed over. */
function contentsByVisibleNames(): ReadonlySet<string> {
  const names = readdirSync(directory).filter((name) => name.endsWith('.sql'));
  const contents = names.flatMap((name) => {
    try {
      return [readFileSync(join(directory, name), 'utf8')];
    } catch {
      return [];
    }
  });
  return new Set(contents);
}

/** The number of the generation that a snapshot is of; throws when it is of two, or lacks a file. */
function generationOf({ migrations, refused, generation }: Snapshot): number {
  const numbers = new Set(migrations.map(({ sql }) => Number(/\d+/.exec(sql)?.[0])));
  const [number = NaN] = numbers;
  expect([...numbers]).toEqual([number]);
  expect(migrations.map(({ path }) => path).sort()).toEqual(
    Object.keys(numberedPayload(number)).sort(),
  );
  expect(refused).toEqual([]);
  expect(Number(generation?.split('.').at(-1))).toBe(number + 1);
  return number;
}

describe.each(linkOrders)('while the kubelet swaps, links %s the swap', (_order, linksFirst) => {
  let kubelet: BusyKubelet;

  beforeEach(async () => {
    kubelet = new BusyKubelet(linksFirst);
    await kubelet.started();
  });

  afterEach(async () => {
    await kubelet.stop();
  });

  test('every snapshot is of exactly one generation, and none goes back', async () => {
    let last = 0;
    let reads = 0;
    while (last < 200 || reads < 200) {
      const number = generationOf(await readSource(directory, options));
      expect(number).toBeGreaterThanOrEqual(last);
      last = number;
      reads += 1;
    }
    expect(kubelet.swaps).toBeGreaterThanOrEqual(last);
  });

  test('a reader of the visible names would mix them, so this kubelet is one to beware of', () => {
    let mixed = 0;
    while (mixed === 0 && kubelet.swaps > 0) {
      if (contentsByVisibleNames().size > 1) mixed += 1;
    }
    expect(mixed).toBe(1);
  });
});

test('the last of many swaps is the one that is read', async () => {
  const kubelet = Kubelet.mount(directory);
  for (let number = 1; number <= 200; number += 1) kubelet.swap(numberedPayload(number));
  expect(generationOf(await readSource(directory, options))).toBe(200);
});
