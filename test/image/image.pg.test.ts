import { execFile } from 'node:child_process';
import { lstatSync, readFileSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';
import { get, until } from '../support/http.js';
import { Kubelet } from '../support/kubelet.js';
import { ContainerStore, obstacle } from './container-store.js';
import { compressedSize } from './compressed-size.js';
import { everyFile } from './every-file.js';
import { startWatching } from './watch-container.js';

const reason = obstacle();
if (reason !== null) {
  test('the image', ({ skip }) => {
    if (process.env['CI'] !== undefined) expect.fail(reason);
    skip(reason);
  });
}

interface State {
  readonly State: { readonly ExitCode: number; readonly Pid: number };
}

const page = readFileSync(new URL('../../docs/image.md', import.meta.url), 'utf8');
const image = 'pgm-test';
const npmSecret = 'canary-of-npm';
const memoryMiB = 128;
const manifest = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { readonly version: string };

describe.skipIf(reason !== null)('the image', { timeout: 300_000 }, () => {
  let store: ContainerStore;
  beforeAll(async () => {
    store = await ContainerStore.open();
    await store.build(image, npmSecret);
  }, 600_000);
  afterAll(() => store.remove(), 300_000);

  test('is as small as docs/image.md says', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pgm-test-image-size-'));
    try {
      const archive = join(folder, 'image.tar');
      await store.ask('save', '--quiet', '--output', archive, image);
      const [, disk, compressed] = /^\| together \| (\d+) MB \| (\d+) MB \|$/m.exec(page) ?? [];
      expect((await stat(archive)).size / 1e6).toBeLessThan(Number(disk) * 1.05);
      expect((await compressedSize(archive)) / 1e6).toBeLessThan(Number(compressed) * 1.05);
      expect(Number(compressed)).toBeLessThan(60);
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 300_000);

  test('has no shell', async () => {
    const tried = await store.podman('run', '--rm', '--entrypoint', '/bin/sh', image, '-c', 'true');
    expect(tried.exitCode).toBe(127);
  });

  describe('its files', () => {
    let root: string;
    beforeAll(async () => {
      root = await store.ask('image', 'mount', image);
    });
    afterAll(() => store.ask('image', 'unmount', image));

    test('are no programs but Node and pgm, none of them setuid, and nobody but root may write them', () => {
      const found = everyFile(root).map((path) => ({ path, stats: lstatSync(join(root, path)) }));
      const special = found.filter(({ stats }) => (stats.mode & 0o6000) !== 0);
      expect(special).toEqual([]);
      const writable = found.filter(
        ({ stats }) => stats.uid !== 0 || (stats.isFile() && (stats.mode & 0o022) !== 0),
      );
      expect(writable).toEqual([]);
      const programs = found.filter(
        ({ path, stats }) =>
          stats.isFile() && (stats.mode & 0o111) !== 0 && !/\.so(\.|$)/.test(basename(path)),
      );
      expect(programs.map(({ path }) => path).sort()).toEqual([
        'app/bin/pgm.js',
        'nodejs/bin/node',
      ]);
    });

    test('are nothing that only builds or develops: no npm, no types, no source maps, no tests', () => {
      const ours = everyFile(join(root, 'app'));
      expect(ours.filter((path) => /\.(map|[cm]?ts|md)$|(^|\/)tests?\//.test(path))).toEqual([]);
      expect(readdirSync(join(root, 'app'))).not.toContain('node_modules');
      const named = everyFile(root).filter((path) =>
        /(^|\/)(\.?npm(rc)?|yarn|corepack)$/.test(path),
      );
      expect(named).toEqual([]);
    });

    test('the files and the history of the image hold nothing of the settings of the npm that built it', async () => {
      const told = [
        await store.ask('history', '--no-trunc', '--format', 'json', image),
        await store.ask('inspect', image),
      ];
      for (const text of told) expect(text).not.toContain(npmSecret);
      const search = promisify(execFile)('grep', ['--recursive', '--text', npmSecret, root]);
      // 1: not found.
      await expect(search).rejects.toMatchObject({ code: 1 });
    });
  });

  describe('beside a PostgreSQL', () => {
    let database: Database;
    let folder: string;
    let kubelet: Kubelet;
    let port: number;
    /** Null where this machine limits no memory, as in some containers. */
    let limit: number | null = memoryMiB;

    beforeAll(async () => {
      database = await createDatabase();
      folder = await mkdtemp(join(tmpdir(), 'pgm-test-image-pod-'));
      // The user in the container is not the one that runs the test.
      await chmod(folder, 0o755);
      kubelet = Kubelet.mount(join(folder, 'configmap'), {
        'gcp_001_make.sql': 'create table made (n int);',
        'gcp_002_index.sql': 'create index concurrently made_n on made (n);',
      });
      await writeFile(join(folder, 'url'), database.url, { mode: 0o644 });
      port = await startWatch('shared').catch(async (error: unknown) => {
        if (!/cgroup|memory/i.test(String(error))) throw error;
        limit = null;
        await store.ask('rm', '--force', '--ignore', 'shared');
        return startWatch('shared');
      });
      await until(port, '/readiness', 200);
    });
    afterAll(async () => {
      await store.ask('rm', '--all', '--force', '--time', '0');
      await database.drop();
      await rm(folder, { recursive: true });
    });

    /** Starts `pgm watch` as container `name` and gives the port of its probes. */
    function startWatch(name: string): Promise<number> {
      const secret = join(folder, 'url');
      return startWatching(store, { name, image, migrations: kubelet.directory, secret, limit });
    }

    async function statusOf(name: string): Promise<string> {
      const { State } = await store.inspect<State>(name);
      return readFileSync(`/proc/${State.Pid}/status`, 'utf8');
    }

    test('says the version of the package, and how to use it', async () => {
      expect(await store.ask('exec', 'shared', 'pgm', '--version')).toBe(manifest.version);
      expect(await store.ask('exec', 'shared', 'pgm', '--help')).toContain('Usage: pgm');
      const { Labels } = await store.inspect<{ Labels: Record<string, string> }>(image);
      expect(Labels['org.opencontainers.image.version']).toBe(manifest.version);
    });

    test('applies what is mounted, and what the kubelet swaps in', async () => {
      expect(await database.sql`select to_regclass('made_n') is not null as there`).toEqual([
        { there: true },
      ]);
      kubelet.swap({ 'gcp_001_make.sql': 'create table if not exists made (n int, m int);' });
      kubelet.swap({
        'gcp_001_make.sql': 'create table if not exists made (n int);',
        'gcp_002_index.sql': 'create index concurrently made_n on made (n);',
        'gcp_003_more.sql': 'create table more (n int);',
      });
      await expect
        .poll(() => database.sql`select to_regclass('more') is not null as there`)
        .toEqual([{ there: true }]);
      await until(port, '/readiness', 200);
    });

    test('answers its probes and its HEALTHCHECK', async () => {
      expect((await get(port, '/liveness')).status).toBe(200);
      await store.ask('healthcheck', 'run', 'shared');
      await store.ask('exec', 'shared', 'pgm', 'probe', 'readiness');
    });

    test('answers `pgm status --check`, run as kubectl exec does', async () => {
      const status = await store.podman('exec', 'shared', 'pgm', 'status', '--check');
      expect(status).toMatchObject({ exitCode: 0 });
      expect(status.stdout).toContain('All migrations applied');
    });

    test('starts with the code that was compiled with the image', async () => {
      const debug = ['--env', 'NODE_DEBUG_NATIVE=COMPILE_CACHE'];
      const status = await store.podman('exec', ...debug, 'shared', 'pgm', 'status');
      expect(status.stdout + status.stderr).toMatch(/\/app\/dist\/pgm\/main\.cjs was accepted/);
    });

    test('is process 1, not root, without any capability', async () => {
      const status = await statusOf('shared');
      expect(status).toMatch(/^NSpid:\s+\d+\s+1$/m);
      expect(status).toMatch(/^Uid:(\s+1000){4}$/m);
      expect(status).toMatch(/^Gid:(\s+1000){4}$/m);
      expect(status).toMatch(/^CapBnd:\s+0+$/m);
      expect(status).toMatch(/^CapEff:\s+0+$/m);
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    });

    test('takes a heap that its memory limit has room for', async ({ skip }) => {
      if (limit === null) skip(`this machine cannot limit a container's memory`);
      const script = 'v8.getHeapStatistics().heap_size_limit / 2 ** 20';
      const heapMiB = Number(
        await store.ask('exec', 'shared', '/nodejs/bin/node', '--print', script),
      );
      expect(heapMiB).toBeGreaterThan(memoryMiB / 4);
      expect(heapMiB).toBeLessThan((memoryMiB * 2) / 3);
    });

    test('reads a large file within its memory limit', async ({ skip }) => {
      if (limit === null) skip(`this machine cannot limit a container's memory`);
      const block = 'do $$ begin perform 1; end $$;\n';
      const large = `drop table if exists nothing;\n${block.repeat(4_000)}create table large ();`;
      kubelet.swap({ 'gcp_004_large.sql': large });
      await expect
        .poll(() => database.sql`select to_regclass('large') is not null as there`)
        .toEqual([{ there: true }]);
      // Killed, it could not answer.
      await until(port, '/readiness', 200);
    });

    test('ends in order, with 0, when it is told to', async () => {
      await until(await startWatch('ending'), '/readiness', 200);
      // 137 would be its exit code if it had to be killed after these seconds.
      await store.ask('stop', '--time', '10', 'ending');
      const { State } = await store.inspect<State>('ending');
      expect(State.ExitCode).toBe(0);
    });
  });
});
