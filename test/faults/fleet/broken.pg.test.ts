import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentOf, type Fleet, type FleetDocument, makeFleet } from '../../fleet/fleet-bench.js';
import { Relay } from '../../support/relay.js';
import { freePort } from '../../support/http.js';
import { pgm } from '../../support/pgm.js';
import { startServer, testServer, type TestServer } from '../../support/server.js';
import { packageFor } from '../../support/server-setup.js';
import { inCi } from '../../support/sweep.js';
import { effectFiles, expectOnceEverywhere, firstFiles } from './effects.js';

/** Databases of all servers together. */
const databases = inCi ? 120 : 60;
const numbers = [1, 2, 3];
const files = { ...firstFiles, ...effectFiles(numbers) };

/** The databases of one server, and how each that is not well is broken. */
interface Part {
  readonly version: string;
  readonly fleet: Fleet;
  readonly names: readonly string[];
  readonly broken: Readonly<Record<'away' | 'password' | 'failing' | 'silent', string>>;
}

const parts: Part[] = [];
const removals: (() => Promise<void>)[] = [];
let network: Relay;
/** In the middle of what is broken and what is well. */
let list: string;
let fixed: string;

/** The shared server, and one of each other version that is there of 15, 17 and 18. */
async function openServers(): Promise<readonly TestServer[]> {
  const servers = [testServer()];
  for (const version of ['15', '17', '18']) {
    if (version === testServer().version) continue;
    const isThere = await packageFor(version).then(
      () => true,
      () => false,
    );
    if (!isThere) continue;
    const server = await startServer({ version });
    removals.unshift(() => server.remove());
    servers.push(server);
  }
  return servers;
}

async function openPart(server: TestServer, size: number): Promise<Part> {
  const { version } = server;
  const names = Array.from({ length: size }, (_, at) => `v${version}-${at}`);
  const fleet = await makeFleet(names, files, server);
  removals.unshift(() => fleet.remove());
  const [away = '', password = '', failing = '', silent = ''] = names;
  await fleet.ask(failing, (sql) => sql`create table effects (n text)`);
  return { version, fleet, names, broken: { away, password, failing, silent } };
}

beforeAll(async () => {
  const servers = await openServers();
  for (const server of servers) {
    parts.push(await openPart(server, Math.ceil(databases / servers.length)));
  }
  network = await Relay.open(testServer());
  network.goDark();
  const nobody = await freePort();
  const lines = parts.flatMap(({ fleet, names, broken }) =>
    names.map((name) => {
      if (name === broken.away) return `${name}=${fleet.urlOf(name, { port: nobody })}`;
      if (name === broken.password) return `${name}=${fleet.urlOf(name, { password: 'hush' })}`;
      if (name === broken.silent) return `${name}=${fleet.urlOf(name, { port: network.port })}`;
      return `${name}=${fleet.urlOf(name)}`;
    }),
  );
  const [{ fleet }] = parts as [Part];
  list = await fleet.write('broken', lines.join('\n'));
  const all = parts.flatMap((part) =>
    part.names.map((name) => `${name}=${part.fleet.urlOf(name)}`),
  );
  fixed = await fleet.write('fixed', all.join('\n'));
});

afterAll(async () => {
  await network.close();
  for (const remove of removals) await remove();
});

/** What each is found as, by its name. */
function byName({ targets }: FleetDocument) {
  return new Map(targets.map((target) => [target.name, target]));
}

test('servers of several versions, on each a target away, one with a wrong password, one that is silent and one where a file fails: all others are done, the table is right, and the next run does what is left', async () => {
  const [{ fleet }] = parts as [Part];
  const dir = ['--dir', fleet.tree.directory, '--json'];
  const hasty = ['--wait-timeout', '2s', '--connect-timeout', '2s'];
  const ran = await pgm(['fleet', 'migrate', '--targets', list, ...hasty, ...dir]);
  expect(ran.exitCode, ran.stderr).toBe(1);
  const document = documentOf(ran);
  const found = byName(document);
  const n = parts.length;
  const well = parts.reduce((sum, { names }) => sum + names.length - 4, 0);
  const at = document.revision.slice(0, 12);
  expect(document.summary).toBe(`${well} at ${at}, ${n} failed, ${n} refused, ${2 * n} away`);
  expect(document.stopped).toBeNull();
  for (const { names, broken } of parts) {
    expect(found.get(broken.away)).toMatchObject({ state: 'away', applied: [] });
    expect(found.get(broken.away)?.reason).toContain('ECONNREFUSED');
    expect(found.get(broken.password)?.state).toBe('refused');
    expect(found.get(broken.password)?.reason).toContain('password authentication failed');
    expect(found.get(broken.silent)?.state).toBe('away');
    expect(found.get(broken.silent)?.reason).not.toBe('');
    expect(found.get(broken.failing)).toMatchObject({
      state: 'failed',
      applied: [],
      failure: { path: 'a/000_make.sql' },
    });
    const others = names.filter((name) => !Object.values(broken).includes(name));
    for (const name of others) {
      expect(found.get(name)).toMatchObject({ state: 'done', applied: Object.keys(files) });
    }
  }
  expect(ran.stdout + ran.stderr).not.toMatch(/hush|pact-secret/);

  for (const { fleet: own, broken } of parts) {
    await own.ask(broken.failing, (sql) => sql`drop table effects`);
  }
  const junit = join(fleet.home, 'junit.xml');
  const before = await pgm(['fleet', 'status', '--targets', fixed, '--junit', junit, ...dir]);
  expect(documentOf(before).summary).toContain(`${well} at ${at}, `);
  const again = await pgm(['fleet', 'migrate', '--targets', fixed, ...dir]);
  expect(again.exitCode, again.stderr).toBe(0);
  const left = parts.flatMap(({ broken }) => Object.values(broken));
  const done = documentOf(again).targets.filter(({ state }) => state === 'done');
  expect(done.map(({ name }) => name).toSorted()).toEqual(left.toSorted());
  for (const part of parts) await expectOnceEverywhere(part.fleet, part.names, numbers);
});
