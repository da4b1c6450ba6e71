/**
 * `node bench/fleet.mjs [--sizes 10,100,1000] [--fresh 100] [--names 5000] [--xargs 100]`: pgm fleet migrate over many
 * databases of one server, next to `xargs -P 4` over `pgm migrate`. See docs/measurements.md.
 */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runProgram } from './lib/run-program.mjs';
import { ask, startServer } from './lib/server.mjs';
import { endOnSignals, makeTemporary, removeTemporary } from './lib/temporary.mjs';

/** @typedef {import('./lib/server.mjs').BenchServer} BenchServer */

const program = fileURLToPath(new URL('../bin/pgm.js', import.meta.url));
const migrations = fileURLToPath(new URL('../migrations', import.meta.url));
const limitMs = 1_200_000;

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10,100,1000' },
    fresh: { type: 'string', default: '100' },
    names: { type: 'string', default: '5000' },
    xargs: { type: 'string', default: '100' },
  },
});
const sizes = values.sizes.split(',').map(Number);
const fresh = Number(values.fresh);
const names = Number(values.names);
const xargsMost = Number(values.xargs);

const server = await startServer();
const home = makeTemporary('pgm-bench-fleet-');
endOnSignals(() => server.stop());
try {
  await measure(server);
} finally {
  removeTemporary(home);
  await server.stop();
}

/** @param {BenchServer} on */
async function measure(on) {
  const most = Math.max(...sizes, fresh);
  // A thousand databases would take many minutes; the measured runs wait for the disk as by default.
  await on.sql.unsafe('alter system set fsync = off');
  await on.sql.unsafe('select pg_reload_conf()');
  await makeTemplate(on);
  await makeDatabases(on, 'f', most);
  await makeDatabases(on, 'x', Math.max(fresh, xargsMost));
  await on.sql.unsafe('alter system reset fsync');
  await on.sql.unsafe('select pg_reload_conf()');
  await on.sql.unsafe('checkpoint');
  print(['what', 'databases', 'time', 'a database', 'peak of pgm', 'load']);
  print(Array.from({ length: 6 }, () => '---'));
  const all = Array.from({ length: most }, (_, at) => on.target(`f_${at}`).url);
  await told('42 files, fresh', fresh, () => fleet(all.slice(0, fresh)));
  await told('… xargs -P 4', fresh, () => xargs(on, fresh));
  if (most > fresh) await fleet(all);
  for (const size of sizes) {
    await told('nothing to do', size, () => fleet(all.slice(0, size)));
    if (size <= xargsMost) await told('… xargs -P 4', size, () => xargs(on, size));
  }
  if (names > 0) await told('nothing to do, names', names, () => fleet(manyNames(all)));
}

/**
 * Here a role that is not a superuser may not ask which server it is on, as on some hosted ones: so two names of one database
 * cannot be recognised, and many names are many targets.
 * @param {BenchServer} on
 */
async function makeTemplate(on) {
  await on.sql.unsafe('create database fleet_template template template0');
  const revoke = 'revoke execute on function pg_control_system() from public';
  await ask(on, 'fleet_template', revoke);
  await on.sql.unsafe(`create role many login password 'many'
    in role pg_read_all_data, pg_write_all_data`);
}

/** @param {BenchServer} on @param {string} prefix @param {number} many */
async function makeDatabases(on, prefix, many) {
  for (let at = 0; at < many; at += 1) {
    await on.sql.unsafe(
      `create database ${prefix}_${at} template fleet_template strategy file_copy`,
    );
  }
}

/** @param {readonly string[]} urls */
function manyNames(urls) {
  return Array.from({ length: names }, (_, at) => {
    const url = new URL(urls[at % urls.length] ?? '');
    url.username = 'many';
    url.password = 'many';
    return url.href;
  });
}

/** @param {readonly string[]} urls */
function fleet(urls) {
  const list = join(home, 'targets');
  writeFileSync(list, urls.map((url, at) => `t_${at}=${url}`).join('\n'));
  const args = [program, 'fleet', 'migrate', '--targets', list, '--dir', migrations];
  return runProgram({ file: process.execPath, args, env: {}, cwd: home }, limitMs);
}

/** @param {BenchServer} on @param {number} many */
async function xargs(on, many) {
  const each = join(home, 'each');
  const lines = Array.from({ length: many }, (_, at) => on.target(`x_${at}`).url);
  writeFileSync(each, lines.join('\n'));
  const one = `DATABASE_URL="$1" exec "${process.execPath}" "${program}" migrate --dir "${migrations}"`;
  const args = ['-P', '4', '-I', '{}', '-a', each, 'sh', '-c', `${one} >/dev/null`, 'sh', '{}'];
  return runProgram({ file: 'xargs', args, env: {}, cwd: home }, limitMs);
}

/** @param {string} what @param {number} databases @param {() => ReturnType<typeof runProgram>} work */
async function told(what, databases, work) {
  const ran = await work();
  if (ran.kind === 'failed') throw new Error(`${what}: ${ran.reason}`);
  const peak =
    what.includes('xargs') || ran.peakMiB === null ? '' : `${ran.peakMiB.toFixed(0)} MiB`;
  const each = `${(ran.ms / databases).toFixed(1)} ms`;
  const seconds = `${(ran.ms / 1_000).toFixed(1)} s`;
  print([what, String(databases), seconds, each, peak, (loadavg()[0] ?? 0).toFixed(1)]);
}

/** @param {readonly string[]} cells */
function print(cells) {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}
