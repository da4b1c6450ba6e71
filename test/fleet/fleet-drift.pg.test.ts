import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/http.js';
import { type Finished, pgm } from '../support/pgm.js';
import { testServer, urlFor } from '../support/server.js';
import { type Fleet, makeFleet } from './fleet-bench.js';

const names = ['eu-1', 'eu-2', 'eu-3', 'eu-4', 'eu-5', 'us-6'];
const files = {
  'app/001_t.sql': 'create table public.t (id int primary key, n int default 1);',
  'app/002_v.sql': 'create view public.v as select id from public.t;',
};

let fleet: Fleet;
let list: string;

beforeAll(async () => {
  fleet = await makeFleet([...names, 'xx-7'], files);
  list = await fleet.list('targets.txt', names);
  expect((await fleet.run(['migrate', '--targets', list])).exitCode).toBe(0);
});
afterAll(() => fleet.remove());

const drift = (...args: readonly string[]): Promise<Finished> => pgm(['fleet', 'drift', ...args]);
const verify = (...args: readonly string[]): Promise<Finished> =>
  fleet.run(['verify', '--shadow-url', urlFor('postgres'), ...args]);

const schemaOf = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')) as object;
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
ajv.addSchema(schemaOf('drift.schema.json'), 'drift.schema.json');
const matches = ajv.compile(schemaOf('fleet-drift.schema.json'));

interface Document {
  readonly inStep: boolean;
  readonly summary: string;
  readonly files: { readonly applied: number } | null;
  readonly fingerprints: readonly {
    readonly fingerprint: string;
    readonly revisions: readonly string[];
    readonly targets: readonly string[];
  }[];
  readonly targets: readonly {
    readonly name: string;
    readonly verdict: string;
    readonly reason: string | null;
    readonly fingerprint: string | null;
    readonly drift: {
      readonly objects: readonly { readonly drift: string; readonly identity: string }[];
      readonly notYet: readonly { readonly key: string; readonly state: string }[];
    } | null;
  }[];
}

/** What `--json` printed, which the schema describes. */
function documentOf({ stdout }: Finished): Document {
  const document = JSON.parse(stdout) as Document;
  expect(matches(document), JSON.stringify(matches.errors)).toBe(true);
  return document;
}

const differing = ({ targets }: Document) =>
  targets.flatMap(({ name, drift: own }) =>
    (own?.objects ?? []).map((each) => [name, each.drift, each.identity]),
  );

test('after a run every target is as it was left, and all have one fingerprint', async () => {
  const { exitCode, stdout, stderr } = await drift('--targets', list);
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(
    /^✅ 6 targets: as its last run left it\ntargets       6 in step\nfingerprints  6 with [0-9a-f]{12}, revision [0-9a-f]{12}\n$/,
  );
});

test('the one database that somebody has changed stands out, by its name and its fingerprint', async () => {
  await fleet.ask('eu-3', (sql) => sql`create index by_hand on public.t (n)`);
  const told = await drift('--targets', list);
  expect(told.exitCode).toBe(3);
  expect(told.stdout).toMatch(/^❌ not every target is as its last run left it$/m);
  expect(told.stdout).toMatch(/^targets {7}5 in step, 1 with drift$/m);
  expect(told.stdout).toMatch(/^fingerprints {2}5 with [0-9a-f]{12}, revision [0-9a-f]{12}$/m);
  expect(told.stdout).toMatch(/^ {14}1 with [0-9a-f]{12}, revision [0-9a-f]{12}: eu-3$/m);
  expect(told.stdout).toMatch(
    /^eu-3 {2}with drift {2}1 unknown here\n {4}unknown here {2}index public\.by_hand$/m,
  );
  expect(told.stdout).not.toContain('eu-2');

  const document = documentOf(await drift('--targets', list, '--json'));
  expect(document.inStep).toBe(false);
  expect(differing(document)).toEqual([['eu-3', 'unknown', 'public.by_hand']]);
  expect(document.fingerprints.map(({ targets }) => targets)).toEqual([
    names.filter((name) => name !== 'eu-3'),
    ['eu-3'],
  ]);

  const selected = await drift('--targets', list, '--select', 'name~^us-');
  expect([selected.exitCode, selected.stdout]).toEqual([
    0,
    expect.stringContaining('1 target: as its last run left it'),
  ]);
  const ignoring = await drift('--targets', list, '--drift-ignore', 'public.t');
  expect(ignoring.exitCode).toBe(0);
});

test('a fingerprint is of what is there: the same read anew as kept, and the same for both commands', async () => {
  const before = documentOf(await drift('--targets', list, '--json'));
  const verified = documentOf(await verify('--targets', list, '--json'));
  await fleet.ask('eu-3', (sql) => sql`drop index public.by_hand`);
  const after = documentOf(await drift('--targets', list, '--json'));
  const prints = ({ targets }: Document) => targets.map(({ fingerprint }) => fingerprint);
  expect(prints(verified)).toEqual(prints(before));
  expect(after.fingerprints).toHaveLength(1);
  expect(after.fingerprints[0]?.fingerprint).toBe(before.fingerprints[0]?.fingerprint);
  expect(after.inStep).toBe(true);
});

test('verify: what no run of ours has done is found, the files are applied once, and behind is told', async () => {
  const alone = await fleet.list('alone.txt', ['us-6']);
  const fine = await verify('--targets', list);
  expect([fine.exitCode, fine.stdout]).toEqual([
    0,
    expect.stringMatching(/^✅ 6 targets: what 2 files make on PostgreSQL /),
  ]);
  await fleet.tree.write({ 'app/003_w.sql': 'create table public.w (id int);' });
  expect((await fleet.run(['migrate', '--targets', alone])).exitCode).toBe(0);
  await fleet.ask('xx-7', (sql) => sql.unsafe(Object.values(files).join('')));
  const all = await fleet.list('all.txt', [...names, 'xx-7']);
  const ran = await verify('--targets', all, '--json');
  expect(ran.exitCode).toBe(3);
  const document = documentOf(ran);
  expect(document.files?.applied).toBe(3);
  expect(document.summary).toBe('1 in step, 6 with drift');
  const missing = [...names.slice(0, 5), 'xx-7'].flatMap((name) => [
    [name, 'missing', 'public.w'],
    [name, 'missing', 'public.w.id'],
  ]);
  expect(differing(document)).toEqual(missing);
  const pending = [{ key: 'app/003_w.sql', state: 'pending' }];
  expect(document.targets.map(({ drift: own }) => own?.notYet)).toEqual([
    ...names.slice(0, 5).map(() => pending),
    [],
    [],
  ]);

  const table = await verify('--targets', all);
  expect(table.stdout).toMatch(
    /^5 targets {2}with drift {2}2 missing; 1 file is not applied yet\n {4}missing {7}table public\.w, with 1 of its .*\n {4}eu-1, eu-2, eu-3, eu-4, eu-5$/m,
  );
  expect(table.stdout).toMatch(/^xx-7 {7}with drift {2}2 missing$/m);
});

test('away, refused, without a catalog, without a database: each told as such, and exit code 3', async () => {
  const away = urlFor('gone', { port: await freePort() });
  const wrong = urlFor(fleet.database('eu-2'), { password: 'hush-hush' });
  const path = await fleet.write(
    'broken.txt',
    `eu-1=${fleet.urlOf('eu-1')}\nsame=${fleet.urlOf('eu-1')}\nwrong=${wrong}\naway=${away}\n` +
      `bare=${fleet.urlOf('xx-7')}\nnone=${urlFor(`${fleet.database('eu-1')}_not`)}\n`,
  );
  const junit = join(fleet.home, 'drift.xml');
  const args = ['--targets', path, '--wait-timeout', '1s', '--parallel', '1'];
  const ran = await drift(...args, '--json', '--junit', junit);
  expect(ran.exitCode).toBe(3);
  const { targets, summary } = documentOf(ran);
  expect(summary).toBe('1 in step, 1 without a database, 1 without a history, 2 refused, 1 away');
  const verdicts = Object.fromEntries(targets.map(({ name, verdict }) => [name, verdict]));
  expect(verdicts).toEqual({
    'eu-1': 'in step',
    same: 'refused',
    wrong: 'refused',
    away: 'away',
    bare: 'no history',
    none: 'no database',
  });
  const reasons = Object.fromEntries(targets.map(({ name, reason }) => [name, reason]));
  expect(reasons['same']).toContain('the same database as eu-1');
  expect(reasons['wrong']).toContain('password authentication failed');
  expect(reasons['away']).toContain('ECONNREFUSED');
  expect(await readFile(junit, 'utf8')).toContain(
    '<testsuite name="pgm fleet drift" tests="6" failures="5"',
  );
  const compared = await verify(...args);
  expect(compared.exitCode).toBe(3);
  expect(compared.stdout).toMatch(/^away +away +.*ECONNREFUSED/m);
  expect(compared.stdout).toMatch(/^same +refused +it is the same database as eu-1/m);
  for (const { stdout, stderr } of [ran, compared]) {
    expect(stdout + stderr).not.toContain('hush-hush');
    expect(stdout + stderr).not.toContain(testServer().password);
  }
});

test('verify: a file that fails on the throw-away database ends it with 1, and no target is looked at', async () => {
  await fleet.tree.write({ 'app/004_x.sql': 'create tabel public.x (id int);' });
  const ran = await verify('--targets', list);
  await fleet.tree.write({ 'app/004_x.sql': null });
  expect([ran.exitCode, ran.stdout]).toEqual([1, '']);
  expect(ran.stderr).toContain('app/004_x.sql:1:8: syntax error');
});

test('targets of a query are compared with what the files make, beside a server for these', async () => {
  const query = `select datname from pg_database where datname = '${fleet.database('us-6')}'`;
  const args = ['--targets-query', query, '--shadow-url', urlFor('postgres')];
  const ran = await fleet.run(['verify', ...args], { DATABASE_URL: urlFor('postgres') });
  expect([ran.exitCode, ran.stderr]).toEqual([0, expect.not.stringContaining('mistake')]);
  expect(ran.stdout).toContain('1 target: what 3 files make');
});
