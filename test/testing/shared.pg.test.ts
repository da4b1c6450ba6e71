import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { expect, test } from 'vitest';
import { guardOf } from '../embedded/program.js';
import { keeperOf, setUpRun, type Worker } from './workers.js';

/** Workers of test runs, on the embedded server that they share, and what kills them. */
const run = setUpRun();

async function ask(url: string, text: string): Promise<readonly object[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  return sql.unsafe(text).finally(() => sql.end());
}

async function databasesAt(url: string): Promise<readonly string[]> {
  const rows = await ask(url, "select datname from pg_database where datname like 'pgm_test_%'");
  return rows.map((row) => (row as { datname: string }).datname).toSorted();
}

test('workers that come at once share one server, which goes with the last of them', async () => {
  const workers = [run.start(), run.start(), run.start(), run.start()];
  const made = await Promise.all(workers.map((worker) => worker.made()));
  expect(new Set(made.map(({ port }) => port)).size).toBe(1);
  expect(new Set(made.map(({ database }) => database)).size).toBe(4);
  const [first] = made;
  expect(await ask(first!.url, 'select * from orders')).toEqual([]);
  const templates = "select from pg_database where datistemplate and datname like 'pgm_%'";
  expect(await ask(first!.url, templates)).toHaveLength(1);
  for (const worker of workers) {
    worker.tell('drop');
    expect(await worker.next()).toEqual({ kind: 'dropped' });
    worker.tell('end');
    // Nothing of ours keeps it alive.
    expect(await worker.ended).toBe(0);
    expect(worker.errors()).toBe('');
  }
  await run.expectNothingLeft();
});

test('a killed worker loses its database to the next one, and the others go on', async () => {
  const [killed, stays] = [run.start(), run.start()];
  const lost = await killed.made();
  const kept = await stays.made();
  killed.tell('make');
  await killed.made();
  // From the second on, one is made ahead.
  await expect.poll(() => databasesAt(kept.url)).toHaveLength(4);
  killed.tell('make');
  await killed.made();
  await expect.poll(() => databasesAt(kept.url)).toHaveLength(5);
  killed.kill();
  await killed.ended;
  const next = await run.start().made();
  expect(await databasesAt(next.url)).toEqual([kept.database, next.database].toSorted());
  expect(next.database).not.toBe(lost.database);
});

test('all workers killed at once, or their runner, leave nothing', async () => {
  const workers = [run.start(), run.start()];
  for (const worker of workers) await worker.made();
  for (const worker of workers) worker.kill();
  await run.expectNothingLeft();
  const runner = run.startRunner(2);
  const made = [await runner.made(), await runner.made()];
  expect(new Set(made.map(({ port }) => port)).size).toBe(1);
  runner.kill();
  await run.expectNothingLeft();
});

test('when the keeper is killed its server goes too, and the next call starts another', async () => {
  const worker = run.start();
  const before = await worker.made();
  process.kill(await keeperOf(run), 'SIGKILL');
  await expect.poll(() => ask(before.url, 'select 1').catch(() => 'gone')).toBe('gone');
  worker.tell('make');
  const after = await worker.made();
  expect(after.port).not.toBe(before.port);
  expect(await databasesAt(after.url)).toEqual([after.database]);
  worker.kill();
  await run.expectNothingLeft();
});

test('a worker killed while it starts the server is no obstacle', async () => {
  const starting = run.start();
  await expect.poll(() => readdir(run.data)).not.toEqual([]);
  starting.kill();
  const next = run.start();
  await next.made();
  next.kill();
  await run.expectNothingLeft();
});

test('everything killed, with the keeper and the guard of its server, is swept by the next run', async () => {
  const worker = run.start();
  await worker.made();
  const guard = await guardOf(join(run.data, (await readdir(run.data))[0]!));
  const keeper = await keeperOf(run);
  for (const each of [guard, keeper, worker.pid]) process.kill(each, 'SIGKILL');
  const next = run.start();
  await next.made();
  next.kill();
  await run.expectNothingLeft();
});

test('two runs at once share the server if they want the same one, and have two if not', async () => {
  const same = [run.start(), run.start()];
  const other = run.start({ embedded: { settings: { work_mem: '5MB' } } });
  const [one, two, three] = await Promise.all([...same, other].map((worker) => worker.made()));
  expect(two!.port).toBe(one!.port);
  expect(three!.port).not.toBe(one!.port);
  expect(await ask(three!.url, 'show work_mem')).toEqual([{ work_mem: '5MB' }]);
  for (const worker of [...same, other]) worker.kill();
  await run.expectNothingLeft();
});

test('an extension that the embedded server lacks is named, with what to do', async () => {
  await run.tree.write({ 'shop/002_postgis.sql': 'create extension postgis;' });
  const refused = (await run.start().next()) as { readonly message: string };
  await run.tree.write({ 'shop/002_postgis.sql': null });
  expect(refused.message).toMatch(/002_postgis\.sql.*extension "postgis" is not available/);
  expect(refused.message).toMatch(/The embedded PostgreSQL \d+\.\d+ has only .*plpgsql/);
  expect(refused.message).toContain(
    'Set PGM_TEST_DATABASE_URL to a server that has the one you need',
  );
});

test('a kept database outlives its worker, with its server', async () => {
  const worker = run.start({ keep: 'always' });
  const { url, database } = await worker.made();
  worker.tell('drop');
  await worker.next();
  worker.tell('end');
  expect(await worker.ended).toBe(0);
  expect(worker.errors()).toBe(`postgres-manager: kept for 60 minutes: ${url}\n`);
  // Another server, which keeps nothing, comes later and is gone earlier.
  const other = run.start({ embedded: { settings: { work_mem: '5MB' } } });
  await other.made();
  other.kill();
  await expect.poll(() => readdir(run.data)).toHaveLength(1);
  const next = await run.start().made();
  expect(await databasesAt(url)).toEqual([database, next.database].toSorted());
  process.kill(await keeperOf(run), 'SIGTERM');
  await run.expectNothingLeft();
});

/** Only root may mount a file system to fill up. */
const mayMount = process.getuid?.() === 0 && process.platform === 'linux';
if (!mayMount)
  process.stderr.write('without root no file system can be filled: one test is skipped\n');

test.skipIf(!mayMount)('a full disk is told, and nothing is left', async ({ skip }) => {
  const full = join(run.data, 'full');
  await mkdir(full);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=72m', 'tmpfs', full]);
  if (mounted.status !== 0) skip(`a container may mount nothing: ${String(mounted.stderr)}`);
  await chmod(full, 0o1777);
  try {
    const worker: Worker = run.start({ embedded: { directory: full } });
    let answer = await worker.next();
    for (let n = 0; n < 20 && answer.kind === 'made'; n += 1) {
      worker.tell('make');
      answer = await worker.next();
    }
    expect(answer).toMatchObject({ kind: 'refused', name: expect.any(String) as string });
    expect((answer as { message: string }).message).toMatch(
      /No space left on device.*; the test server has its data in .*full/,
    );
    worker.tell('drop');
    expect(await worker.next()).toEqual({ kind: 'dropped' });
    worker.tell('make');
    expect((await worker.next()).kind).toBe('made');
    worker.kill();
    await expect.poll(() => readdir(full)).toEqual([]);
  } finally {
    spawnSync('umount', ['-l', full]);
    spawnSync('rmdir', [full]);
  }
  await run.expectNothingLeft();
});
