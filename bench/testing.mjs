/**
 * `node bench/testing.mjs [--disk] [--short]`: how long `migratedDatabase()` takes, compared with a manual copy of the same
 * template, with 1, 4 and 16 workers and 42 and 1,000 files. See docs/testing.md. `--disk` puts the data in TMPDIR, else it
 * is in memory.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const worker = fileURLToPath(new URL('lib/testing-worker.mjs', import.meta.url));

/** @typedef {{ every: number[], byHand: number[], whole: number[], wholeByHand: number[] }} Times */

/**
 * Files as they accumulate in a project: one in ten creates a table, the others add to it and fill it.
 * @param {string} directory
 * @param {number} count
 */
function writeFiles(directory, count) {
  mkdirSync(join(directory, 'shop'), { recursive: true });
  for (let n = 0; n < count; n += 1) {
    const table = `shop.t${Math.floor(n / 10)}`;
    const sql = [
      `CREATE SCHEMA IF NOT EXISTS shop; CREATE TABLE ${table} (id bigint PRIMARY KEY, name text NOT NULL);`,
      `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS c${n} text;`,
      `INSERT INTO ${table} (id, name) VALUES (${n}, 'name ${n}');`,
    ][n % 10 === 0 ? 0 : 1 + (n % 2)];
    writeFileSync(
      join(directory, 'shop', `${String(n + 1).padStart(4, '0')}_step.sql`),
      `${sql}\n`,
    );
  }
}

/** @param {number[]} times @param {number} share */
function quantile(times, share) {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** @param {object} task @param {string} temporary */
function startWorker(task, temporary) {
  const child = spawn(process.execPath, [worker, JSON.stringify(task)], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value ?? '{"kind":"ended"}');
  return {
    next,
    go: () => child.stdin.write('\n'),
    ended: once(child, 'exit'),
    end: () => child.stdin.end(),
  };
}

/**
 * A test run of this many workers: all are loaded before the first begins, and all begin together once it has made the
 * template.
 * @param {{ dir: string, data: string, temporary: string, workers: number, rounds: number }} run
 */
async function measure({ dir, data, temporary, workers, rounds }) {
  const task = { dir, data, rounds };
  const crew = Array.from({ length: workers }, () => startWorker(task, temporary));
  for (const each of crew) await each.next();
  const [one] = crew;
  if (one === undefined) throw new Error('no worker');
  one.go();
  const started = (await one.next()).ms;
  for (const each of crew.slice(1)) each.go();
  const joined = [];
  for (const each of crew.slice(1)) joined.push((await each.next()).ms);
  for (const each of crew) each.go();
  /** @type {Times[]} */
  const times = [];
  for (const each of crew) times.push(await each.next());
  for (const each of crew) each.end();
  for (const each of crew) await each.ended;
  const all = (/** @type {keyof Times} */ kind) => times.flatMap((each) => each[kind]);
  return {
    started,
    joined,
    of: (/** @type {keyof Times} */ kind) => quantile(all(kind), 0.5),
    all,
  };
}

const onDisk = process.argv.includes('--disk');
const isShort = process.argv.includes('--short');
const home = mkdtempSync(join(tmpdir(), 'pgm-bench-testing-'));
const data = onDisk ? home : mkdtempSync('/dev/shm/pgm-bench-testing-');
for (const path of [home, data]) chmodSync(path, 0o1777);
const ms = (/** @type {number} */ value) =>
  Number.isNaN(value) ? '–' : value.toFixed(value < 100 ? 1 : 0);

try {
  process.stdout.write(
    `${onDisk ? 'On disk' : 'In memory'}, Node ${process.versions.node}. Medians in milliseconds.\n\n` +
      '| files | workers | first of a run | first of each other worker | every other | 95 of 100 | copy by hand | call and drop | by hand | load |\n' +
      `|${' ---: |'.repeat(10)}\n`,
  );
  for (const files of isShort ? [42] : [42, 1_000]) {
    const dir = join(home, `migrations-${files}`);
    writeFiles(dir, files);
    for (const workers of isShort ? [1, 2] : [1, 4, 16]) {
      const rounds = isShort ? 3 : Math.max(10, Math.floor(48 / workers));
      // Nothing else uses this directory, so the run begins without a server.
      const temporary = mkdtempSync(join(home, 'run-'));
      chmodSync(temporary, 0o1777);
      const measured = await measure({ dir, data, temporary, workers, rounds });
      const { started, joined, of, all } = measured;
      const cells = [
        ...[files.toLocaleString('en'), workers, ms(started), ms(quantile(joined, 0.5))],
        ...[ms(of('every')), ms(quantile(all('every'), 0.95)), ms(of('byHand'))],
        ...[ms(of('whole')), ms(of('wholeByHand')), (loadavg()[0] ?? 0).toFixed(1)],
      ];
      process.stdout.write(`| ${cells.join(' | ')} |\n`);
    }
  }
} finally {
  // The last server ends a few seconds after its last worker.
  await new Promise((resolve) => setTimeout(resolve, 7_000));
  for (const path of new Set([home, data])) rmSync(path, { recursive: true, force: true });
}
