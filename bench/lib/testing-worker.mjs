/**
 * One worker of bench/testing.mjs: reports when it is loaded; makes its first database at the first line it reads, and this
 * many more at the second, each alternating with a manual copy of the same template, and then without a pause.
 */
import { createInterface } from 'node:readline';
import { migratedDatabase } from '../../dist/testing/index.js';
import postgres from 'postgres';

/** @type {{ dir: string, data: string, rounds: number }} */
const { dir, data, rounds } = JSON.parse(process.argv[2] ?? '');
const options = { dir, embedded: { directory: data } };
const lines = createInterface(process.stdin)[Symbol.asyncIterator]();

/** @param {object} line */
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** @template T @param {() => PromiseLike<T>} work @returns {Promise<[T, number]>} */
async function timed(work) {
  const since = performance.now();
  const result = await work();
  return [result, performance.now() - since];
}

say({ kind: 'loaded' });
await lines.next();
const [first, ms] = await timed(() => migratedDatabase(options));
say({ kind: 'first', ms });
await lines.next();

const { host, port, user, password } = first;
const login = { host, port, user, password, database: 'postgres' };
const sql = postgres({ ...login, max: 1, onnotice: () => undefined });
const [template] = await sql`
select datname as name from pg_database where datistemplate and datname like 'pgm_template_%' order by oid desc limit 1`;
const [{ by_files: byFiles }] = /** @type {[{ by_files: boolean }]} */ (
  /** @type {unknown} */ (
    await sql`select current_setting('server_version_num')::int >= 150000 as by_files`
  )
);
const strategy = byFiles ? 'strategy file_copy' : '';

/** @param {string} name */
const copy = (name) =>
  sql.unsafe(`create database ${name} template ${String(template?.['name'])} ${strategy}`);
const every = [];
const byHand = [];
const whole = [];
const wholeByHand = [];
for (let n = 0; n < rounds; n += 1) {
  const [database, took] = await timed(() => migratedDatabase(options));
  every.push(took);
  await database.drop();
  const name = `by_hand_${process.pid}_${n}`;
  const [, bare] = await timed(() => copy(name));
  byHand.push(bare);
  await sql.unsafe(`drop database ${name}`);
}
for (let n = 0; n < rounds; n += 1) {
  whole.push((await timed(async () => (await migratedDatabase(options)).drop()))[1]);
}
for (let n = 0; n < rounds; n += 1) {
  const name = `by_hand_${process.pid}_${n}`;
  const [, took] = await timed(() => copy(name).then(() => sql.unsafe(`drop database ${name}`)));
  wholeByHand.push(took);
}
say({ kind: 'times', every, byHand, whole, wholeByHand });
await lines.next();
await sql.end();
await first.drop();
process.stdin.destroy();
