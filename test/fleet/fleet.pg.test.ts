import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/http.js';
import { pgm, RunningPgm } from '../support/pgm.js';
import { asAdmin, testServer, urlFor } from '../support/server.js';
import { makeTree } from '../support/tree.js';
import { documentOf, type Fleet, makeFleet, statesIn } from './fleet-bench.js';

const names = Array.from({ length: 12 }, (_, at) => `${at < 6 ? 'eu' : 'us'}-${at + 1}`);
const canaries = ['eu-1', 'us-7'];
const files = {
  'app/001_t.sql': 'create table public.t (id int);',
  'app/002_u.sql': 'insert into public.t values (1);',
};

let fleet: Fleet;
/** All twelve, in YAML. */
let list: string;

beforeAll(async () => {
  fleet = await makeFleet(names, files);
  const entries = names.map((name) => {
    const tier = canaries.includes(name) ? 'canary' : 'normal';
    return `- name: ${name}\n  url: ${fleet.urlOf(name)}\n  labels: { tier: ${tier} }\n`;
  });
  list = await fleet.write('targets.yaml', entries.join(''));
});
afterAll(() => fleet.remove());

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
const matches = ajv.compile(
  JSON.parse(
    readFileSync(new URL('../../docs/fleet.schema.json', import.meta.url), 'utf8'),
  ) as object,
);

const rowsAt = (target: string) =>
  fleet.ask(target, async (sql) => {
    const [row] = await sql<{ rows: number }[]>`select count(*)::int as rows from public.t`;
    return row?.rows;
  });

test('status of databases in which nothing is: all of it is due everywhere', async () => {
  const { exitCode, stdout, stderr } = await fleet.run(['status', '--targets', list, '--check']);
  expect([exitCode, stderr]).toEqual([3, '']);
  expect(stdout.split('\n')).toHaveLength(7);
  expect(stdout).toContain('12 without a whole revision (behind by 2)\n');
  expect(stdout).toMatch(
    /^12 targets +behind +2 pending\n    eu-1, eu-2, eu-3, eu-4, eu-5 and 7 more$/m,
  );
});

test('a dry run says what would be done, and does nothing', async () => {
  const { exitCode, stdout } = await fleet.run(['migrate', '--targets', list, '--dry-run']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('12 without a whole revision (behind by 2)');
  const left = await fleet.ask('eu-1', (sql) => sql`select to_regnamespace('pgm') as pgm`);
  expect([...left]).toEqual([{ pgm: null }]);
});

test('a first wave alone: --select, --shard and the rest are left as they are', async () => {
  const args = ['--targets', list, '--select', 'tier=canary', '--select', 'name~^eu', '--json'];
  const ran = await fleet.run(['migrate', ...args]);
  expect(ran.exitCode).toBe(0);
  expect(statesIn(ran)).toEqual({ 'eu-1': 'done' });
  const seen = statesIn(await fleet.run(['status', '--targets', list, '--json']));
  expect(Object.entries(seen).filter(([, state]) => state !== 'behind')).toEqual([
    ['eu-1', 'up-to-date'],
  ]);
  const shares = await Promise.all(
    ['0/2', '1/2'].map((shard) =>
      fleet.run(['status', '--targets', list, '--shard', shard, '--json']),
    ),
  );
  expect(shares.flatMap((share) => Object.keys(statesIn(share))).toSorted()).toEqual(
    [...names].toSorted(),
  );
});

test('wave by wave, each target once, with a line of its own; the second time nothing is left', async () => {
  const check = `echo "before $FLEET_WAVE" >> '${join(fleet.home, 'checks')}'`;
  const args = ['--targets', list, '--wave', 'tier=canary', '--wave', 'rest'];
  const ran = await fleet.run(['migrate', ...args, '--check-command', check, '--pause', '10ms']);
  expect([ran.exitCode, ran.stderr]).toEqual([0, '']);
  const lines = ran.stdout.split('\n');
  const at = (text: string) => lines.findIndex((line) => line.includes(text));
  expect(at('us-7 done, 2 files applied')).toBeGreaterThan(at('wave tier=canary begins: 2'));
  expect(at('wave rest begins: 10 targets')).toBeGreaterThan(at('us-7 done'));
  expect(at('eu-2 done')).toBeGreaterThan(at('wave rest begins'));
  expect(lines.filter((line) => /(?:done|up to date).* \(/.test(line))).toHaveLength(12);
  expect(ran.stdout).toMatch(
    /INFO {2}12 at [0-9a-f]{12} \(.*\nINFO {2}✅ All migrations applied\n$/,
  );
  expect(await readFile(join(fleet.home, 'checks'), 'utf8')).toBe('before rest\n');
  for (const name of names) expect(await rowsAt(name), name).toBe(1);

  const again = await fleet.run(['migrate', ...args, '--json']);
  expect(Object.values(statesIn(again))).toEqual(names.map(() => 'up-to-date'));
  expect(matches(documentOf(again)), JSON.stringify(matches.errors)).toBe(true);
  const status = await fleet.run(['status', '--targets', list, '--check']);
  expect(status.exitCode).toBe(0);
  expect(status.stdout).toMatch(/^✅ All migrations applied\n/);
});

test('a check that fails, or a wave that is not fine, keeps the next from beginning', async () => {
  await fleet.tree.write({ 'app/003_v.sql': 'create table public.v (id int);' });
  const args = ['--targets', list, '--wave', 'tier=canary', '--wave', 'rest', '--json'];
  const checked = await fleet.run(['migrate', ...args, '--check-command', 'exit 7']);
  expect(checked.exitCode).toBe(1);
  expect(documentOf(checked).stopped).toBe('--check-command exited with 7');
  const states = Object.values(statesIn(checked));
  expect(states.filter((state) => state === 'done')).toHaveLength(2);
  expect(states.filter((state) => state === 'not-begun')).toHaveLength(10);
  expect(matches(documentOf(checked)), JSON.stringify(matches.errors)).toBe(true);

  await fleet.tree.write({ 'app/004_w.sql': 'create tabel public.w (id int);' });
  const failed = await fleet.run(['migrate', ...args]);
  expect(failed.exitCode).toBe(1);
  expect(documentOf(failed).stopped).toBe('the wave tier=canary had failures');
  expect(documentOf(failed).summary).toBe('2 failed, 10 not begun');
  expect(failed.stderr).toContain('app/004_w.sql:1:8 syntax error');
  await fleet.tree.write({ 'app/004_w.sql': null });
  expect((await fleet.run(['migrate', '--targets', list])).exitCode).toBe(0);
});

test('one away, one with a wrong password, one where a file fails: all others are done, and the next run does what is left', async () => {
  await fleet.ask('eu-3', (sql) => sql`create table public.x (id int)`);
  await fleet.tree.write({ 'app/005_x.sql': 'create table public.x (id int);' });
  const away = urlFor('gone', { port: await freePort() });
  const wrong = urlFor(fleet.database('eu-2'), { password: 'hush-hush' });
  const urls = names.map((name) => (name === 'eu-2' ? wrong : fleet.urlOf(name)));
  const lines = names.map((name, at) => `${name}=${urls[at] ?? ''}`);
  const broken = await fleet.write('broken.txt', `# all\n${lines.join('\n')}\nxx-1=${away}\n`);
  const args = ['--targets', broken, '--wait-timeout', '5s'];
  const ran = await fleet.run(['migrate', ...args, '--json', '--verbose']);
  expect(ran.exitCode).toBe(1);
  const { summary, revision, targets } = documentOf(ran);
  expect(summary).toBe(`10 at ${revision.slice(0, 12)}, 1 failed, 1 refused, 1 away`);
  const of = (name: string) => targets.find((target) => target.name === name);
  expect(of('eu-2')).toMatchObject({ state: 'refused' });
  expect(of('eu-2')?.reason).toContain('password authentication failed');
  expect(of('eu-3')).toMatchObject({ state: 'failed', reason: 'app/005_x.sql failed' });
  expect(of('xx-1')).toMatchObject({ state: 'away' });
  expect(of('xx-1')?.reason).toContain('ECONNREFUSED');
  expect(matches(documentOf(ran)), JSON.stringify(matches.errors)).toBe(true);
  expect(ran.stdout + ran.stderr).not.toContain('hush-hush');
  expect(ran.stdout + ran.stderr).not.toContain(testServer().password);

  const junit = join(fleet.home, 'status.xml');
  const status = await fleet.run(['status', ...args, '--check', '--junit', junit]);
  expect(status.exitCode).toBe(3);
  expect(status.stdout).toMatch(/^eu-3 +failed +app\/005_x\.sql failed$/m);
  expect(status.stdout).toMatch(/^xx-1 +away +.*ECONNREFUSED/m);
  expect(status.stdout).not.toContain('us-7');
  expect(await readFile(junit, 'utf8')).toContain('tests="13" failures="3"');

  await fleet.ask('eu-3', (sql) => sql`drop table public.x`);
  const again = await fleet.run(['migrate', '--targets', list, '--json']);
  const done = documentOf(again).targets.filter(({ state }) => state === 'done');
  expect(done.map(({ name }) => name)).toEqual(['eu-2', 'eu-3']);
});

test('all that is wrong is wrong in one way: the exit codes of migrate', async () => {
  const away = `a=${fleet.urlOf('eu-1')}\nb=${urlFor('gone', { port: await freePort() })}`;
  const wrong = `a=${fleet.urlOf('eu-1')}\nb=${urlFor(fleet.database('eu-2'), { password: 'x' })}`;
  const run = async (name: string, text: string) =>
    fleet.run(['migrate', '--targets', await fleet.write(name, text), '--wait-timeout', '1s']);
  expect((await run('away.txt', away)).exitCode).toBe(4);
  expect((await run('wrong.txt', wrong)).exitCode).toBe(2);
});

test('two names for one database: one of them is refused, and says which the other is', async () => {
  const twice = `one=${fleet.urlOf('eu-1')}\ntwo=${fleet.urlOf('eu-1')}\n`;
  const path = await fleet.write('twice.txt', twice);
  const ran = await fleet.run(['migrate', '--targets', path, '--json']);
  expect(ran.exitCode).toBe(2);
  const states = Object.values(statesIn(ran)).toSorted();
  expect(states).toEqual(['refused', 'up-to-date']);
  const told = documentOf(ran).targets.find(({ state }) => state === 'refused');
  expect(told?.reason).toMatch(/^it is the same database as (?:one|two): keep one/);
});

test('a wave that matches no target of the list is a mistake, and nothing is done; one that is left with none is not', async () => {
  const path = await fleet.list('two.txt', ['eu-1', 'eu-2']);
  const args = ['migrate', '--targets', path, '--wave', 'name=eu-1', '--wave', 'name~^ue-'];
  const { exitCode, stdout, stderr } = await fleet.run([...args, '--wave', 'rest']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('--wave name~^ue- matches none of 2 targets');
  expect(stdout).toBe('');
  const all = ['migrate', '--targets', path, '--wave', 'name~^eu-', '--wave', 'name=eu-1'];
  const done = await fleet.run([...all, '--wave', 'rest']);
  expect([done.exitCode, done.stderr]).toEqual([0, '']);
  expect(done.stdout).toMatch(/the wave name=eu-1 has no targets[^]*the wave rest has no targets/);
});

test('more failures than --max-failed: nothing new is started', async () => {
  const lines = names.map((name) => `${name}=${urlFor(fleet.database(name), { password: 'x' })}`);
  const path = await fleet.write('all-wrong.txt', lines.join('\n'));
  const args = ['--targets', path, '--parallel', '1', '--max-failed', '2', '--wait-timeout', '1s'];
  const ran = await fleet.run(['migrate', ...args, '--json']);
  expect(documentOf(ran).summary).toBe('3 refused, 9 not begun');
  expect(documentOf(ran).stopped).toBe('3 failed, and --max-failed is 2');
  expect(ran.exitCode).toBe(2);
});

test('a mounted Secret is a list, the names of one generation', async () => {
  const mount = join(fleet.home, 'mount');
  for (const name of ['eu-1', 'eu-2']) {
    await fleet.write(`mount/..2026_1/${name}`, `${fleet.urlOf(name)}\n`);
  }
  await fleet.write('mount/..2026_2/us-7', fleet.urlOf('us-7'));
  const point = async (generation: string) => {
    await symlink(generation, join(mount, '..data_tmp'));
    await rename(join(mount, '..data_tmp'), join(mount, '..data'));
  };
  await point('..2026_1');
  for (const name of ['eu-1', 'eu-2', 'us-7']) {
    await symlink(`..data/${name}`, join(mount, name));
  }
  const seen = await fleet.run(['status', '--targets', mount, '--json']);
  expect(Object.keys(statesIn(seen))).toEqual(['eu-1', 'eu-2']);
  await point('..2026_2');
  const next = await fleet.run(['migrate', '--targets', mount, '--json']);
  expect(statesIn(next)).toEqual({ 'us-7': 'up-to-date' });
  const empty = join(fleet.home, 'empty');
  await mkdir(empty);
  expect((await fleet.run(['migrate', '--targets', empty])).stdout).toContain('no targets');
  const none = await fleet.run(['status', '--targets', empty, '--check']);
  expect([none.exitCode, none.stdout.split('\n')[0]]).toEqual([0, 'there are no targets']);
  expect(none.stderr).toContain('there are no targets');
});

test('--to: every target stops behind that file, and a name that no file has is a mistake', async () => {
  await fleet.tree.write({ 'app/008_a.sql': 'select 1;', 'app/009_b.sql': 'select 2;' });
  const only = ['--targets', list, '--select', 'name~^us-'];
  const ran = await fleet.run(['migrate', ...only, '--to', 'app/008', '--json']);
  expect(ran.exitCode).toBe(0);
  const told = documentOf(ran).targets.map(({ state, applied }) => [state, applied.at(-1)]);
  expect(told).toEqual(names.slice(6).map(() => ['behind', 'app/008_a.sql']));
  const wrong = await fleet.run(['migrate', ...only, '--to', 'app/080']);
  expect([wrong.exitCode, wrong.stderr]).toEqual([
    2,
    expect.stringContaining('--to app/080: the source has no migration of that name'),
  ]);
  await fleet.tree.write({ 'app/008_a.sql': null, 'app/009_b.sql': null });
});

test('a warning about the connection strings of several targets is said once', async () => {
  const lines = names.map((name) => `${name}=${fleet.urlOf(name)}?krbsrvname=x\n`);
  const path = await fleet.write('warned.txt', lines.join(''));
  const { stderr } = await fleet.run(['status', '--targets', path]);
  expect(stderr.match(/krbsrvname/g)).toHaveLength(1);
  expect(stderr).toContain('12 targets (eu-1, eu-2, eu-3 and 9 more): krbsrvname has no effect');
  const one = await fleet.write('one.txt', lines[0] ?? '');
  expect((await fleet.run(['status', '--targets', one])).stderr).toContain('target eu-1: krbsrv');
});

test('--targets-query: names and labels from the server, which it cannot write to', async () => {
  const prefix = fleet.database('');
  const query = `select datname, case when datname like '%eu%' then 'eu' end as region
    from pg_database where starts_with(datname, '${prefix}') order by 1`;
  const env = { DATABASE_URL: urlFor('postgres') };
  const args = ['--targets-query', query, '--select', 'region=eu', '--json'];
  const seen = await fleet.run(['status', ...args], env);
  expect(Object.keys(statesIn(seen))).toEqual(
    names.filter((name) => name.startsWith('eu')).map(fleet.database),
  );
  const writing = ['--targets-query', 'create role fleet_made_this'];
  const refused = await fleet.run(['status', ...writing], env);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('--targets-query: cannot execute CREATE ROLE in a read-only');
  const made = await asAdmin((sql) => sql`select from pg_roles where rolname = 'fleet_made_this'`);
  expect(made).toHaveLength(0);
});

/** A file that waits until `whileLocked` over its key is done. */
const slowly = (key: number, sql: string) =>
  `select pg_advisory_lock_shared(${key}); select pg_advisory_unlock_shared(${key}); ${sql};`;

/** Begins `pgm fleet migrate`, and does its work while a file of it waits at the first target. */
async function whileLocked<T>(
  { on, key }: { readonly on: Fleet; readonly key: number },
  args: readonly string[],
  work: (running: RunningPgm) => Promise<T>,
) {
  return on.ask(first, async (sql) => {
    await sql`select pg_advisory_lock(${key})`;
    const own = ['--dir', on.tree.directory, '--lock-timeout', '0', '--json', ...args];
    const running = new RunningPgm(['fleet', 'migrate', ...own]);
    await expect
      .poll(
        () => sql`select from pg_stat_activity where wait_event_type = 'Lock'
          and datname = current_database() and application_name like 'pgm/%'`,
      )
      .toHaveLength(1);
    const result = await work(running);
    await sql`select pg_advisory_unlock(${key})`;
    return [await running.finished, result] as const;
  });
}
const first = 'eu-1';

test('SIGTERM: what runs gets all its files, the rest is not begun, and the next run goes on', async () => {
  await fleet.tree.write({
    'app/006_slow.sql': slowly(7_226, 'select 1'),
    'app/007_y.sql': 'create table public.y (id int);',
  });
  const args = ['--targets', list, '--parallel', '1'];
  const [stopped] = await whileLocked({ on: fleet, key: 7_226 }, args, async (running) => {
    running.child.kill('SIGTERM');
    await running.printed(/SIGTERM: stopping/);
  });
  expect(stopped.exitCode).toBe(143);
  const { targets } = documentOf(stopped);
  expect(targets[0]).toMatchObject({ name: first, state: 'done' });
  expect(targets[0]?.applied).toEqual(['app/006_slow.sql', 'app/007_y.sql']);
  expect(targets.slice(1).map(({ state }) => state)).toEqual(names.slice(1).map(() => 'not-begun'));
  const again = await fleet.run(['migrate', '--targets', list, '--json']);
  expect(Object.values(statesIn(again))).toEqual(
    names.map((name) => (name === first ? 'up-to-date' : 'done')),
  );
});

test('another run at work: locked, exit code 5; SIGTERM and a file that takes longer than --grace: rolled back there, and told as interrupted', async () => {
  await fleet.tree.write({ 'app/007_z.sql': slowly(7_228, 'create table public.zz (id int)') });
  const args = ['--targets', list, '--select', `name=${first}`];
  const [stopped, other] = await whileLocked(
    { on: fleet, key: 7_228 },
    [...args, '--grace', '0'],
    async (running) => {
      const refused = await fleet.run(['migrate', ...args, '--lock-wait', '0', '--json']);
      await running.stop();
      return refused;
    },
  );
  expect([other.exitCode, statesIn(other)]).toEqual([5, { [first]: 'locked' }]);
  expect(stopped.exitCode).toBe(143);
  expect(statesIn(stopped)).toEqual({ [first]: 'interrupted' });
  await fleet.tree.write({ 'app/007_z.sql': null });
});

test('a newer tree while an older run is under way: the newest intent rules, target by target', async () => {
  const three = ['eu-1', 'eu-2', 'eu-3'];
  const own = await makeFleet(three, {
    'app/001_old.sql': slowly(7_227, 'create table public.old ()'),
  });
  const newer = await makeTree({ 'app/001_new.sql': 'create table public.new ();' });
  try {
    const lines = three.map((name) => `${name}=${own.urlOf(name)}`).join('\n');
    const args = ['--targets', await own.write('list', lines), '--parallel', '1'];
    const others = [...args, '--dir', newer.directory, '--select', 'name~[23]$', '--json'];
    const [older, newest] = await whileLocked({ on: own, key: 7_227 }, args, () =>
      pgm(['fleet', 'migrate', ...others]),
    );
    expect(statesIn(newest)).toEqual({ 'eu-2': 'done', 'eu-3': 'done' });
    expect(statesIn(older)).toEqual({ 'eu-1': 'done', 'eu-2': 'superseded', 'eu-3': 'superseded' });
    expect(older.exitCode).toBe(1);
    expect(documentOf(older).targets[1]?.reason).toMatch(
      / has wanted revision [0-9a-f]{12} since /,
    );
  } finally {
    await newer.remove();
    await own.remove();
  }
});

test('the JSON log has the name of the target in each line about one', async () => {
  await fleet.tree.write({ 'app/008_z.sql': 'create table public.z (id int);' });
  const args = ['--targets', list, '--log-format', 'json', '--verbose'];
  const { stdout } = await fleet.run(['migrate', ...args]);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; targetName?: string });
  for (const event of ['target-started', 'migration-applied', 'target-finished']) {
    const named = lines.filter((line) => line.event === event).map(({ targetName }) => targetName);
    expect(named.toSorted(), event).toEqual([...names].toSorted());
  }
  expect(lines.at(-2)?.event).toBe('fleet-finished');
});

test.each([
  [['migrate'], 'say which databases'],
  [['migrate', '--targets', 'nowhere.yaml'], '--targets nowhere.yaml cannot be read: ENOENT'],
  [['status', '--targets', 'a', '--targets-query', 'select 1'], 'give one of them'],
  [['stauts'], '"fleet stauts" is not a command of pgm; did you mean fleet status?'],
])('pgm fleet %j: "%s"', async (args, told) => {
  const { exitCode, stderr } = await fleet.run(args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(told);
});

test('mistakes in a list are told all at once, with their lines, and nothing is done', async () => {
  const text = `- name: a\n  url: ${fleet.urlOf('eu-1')}\n- name: b c\n  url: x\n- name: d\n- name: a\n  url: y\n`;
  const path = await fleet.write('wrong.yaml', text);
  const { exitCode, stderr } = await fleet.run(['migrate', '--targets', path]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`${path}:3: the name is not valid`);
  expect(stderr).toContain(`${path}:5: it has no url`);
  expect(stderr).toContain(`${path}: a is listed 2 times`);
  const unread = await fleet.write('unread.txt', 'a=postgresql://u:hush@h:x/d\nb=mysql://h/d\n');
  const told = await fleet.run(['migrate', '--targets', unread]);
  expect(told.stderr).toContain('target a: its port must be a number');
  expect(told.stderr).toContain('target b: it must start with postgresql://');
  expect(told.stderr).not.toContain('hush');
});
