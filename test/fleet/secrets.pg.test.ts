import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Relay } from '../support/relay.js';
import { freePort } from '../support/http.js';
import type { Finished } from '../support/pgm.js';
import { asAdmin, testServer } from '../support/server.js';
import { documentOf, type Fleet, makeFleet, statesIn } from './fleet-bench.js';

/** As it is, and as it stands in a URL: neither may be seen, nor a part of it. */
const secret = 'hu/sh-hüsh';
const traces = /hu(?:\/|%2F)|h(?:ü|%C3%BC)sh/i;
const role = `fleet_secret_${randomBytes(4).toString('hex')}`;
const user = { user: role, password: secret };

let fleet: Fleet;
let network: Relay;

beforeAll(async () => {
  await asAdmin((sql) => sql.unsafe(`create role ${role} login superuser password '${secret}'`));
  fleet = await makeFleet(['fine', 'failing', 'file'], {
    'app/001_t.sql': 'create table public.t (id int);',
  });
  await fleet.ask('failing', (sql) => sql`create table public.t (id int)`);
  network = await Relay.open(testServer());
  network.goDark();
});
afterAll(async () => {
  await network.close();
  await fleet.remove();
  await asAdmin((sql) => sql.unsafe(`drop role ${role}`));
});

function expectNoTrace({ stdout, stderr }: Pick<Finished, 'stdout' | 'stderr'>): void {
  expect(stdout + stderr).not.toMatch(traces);
}

test('a target in each kind of trouble: the password of its URL is nowhere, whatever is printed', async () => {
  const url = (target: string, more = {}) => fleet.urlOf(target, { ...user, ...more });
  const path = await fleet.write('url', url('file'));
  const nobody = await freePort();
  const lines = [
    `fine=${url('fine')}`,
    `failing=${url('failing')}`,
    `again=${url('fine')}`,
    `away=${url('fine', { port: nobody })}`,
    `wrong=${url('fine', { password: `${secret}2` })}`,
    `silent=${url('fine', { port: network.port })}`,
    `tls=${url('fine')}?sslmode=require`,
    `missing=${url('missing')}`,
  ];
  const entries = lines.map((line) => {
    const at = line.indexOf('=');
    return `- name: ${line.slice(0, at)}\n  url: ${JSON.stringify(line.slice(at + 1))}\n`;
  });
  const list = await fleet.write(
    'list.yaml',
    `${entries.join('')}- name: file\n  url_file: ${path}\n`,
  );
  const own = ['--targets', list, '--wait-timeout', '2s', '--connect-timeout', '1s'];
  const verbose = ['--log-format', 'json', '--verbose'];
  const junit = join(fleet.home, 'junit.xml');
  const ran = await fleet.run(['migrate', ...own, ...verbose]);
  expect(ran.exitCode).toBe(1);
  expectNoTrace(ran);
  const seen = await fleet.run(['status', ...own, ...verbose, '--json', '--junit', junit]);
  expectNoTrace(seen);
  expect(await readFile(junit, 'utf8')).not.toMatch(traces);
  expectNoTrace(await fleet.run(['status', ...own, '--verbose']));
  expectNoTrace(await fleet.run(['migrate', ...own, '--json']));
  const states = statesIn(seen);
  expect(Object.keys(states)).toHaveLength(9);
  expect(new Set(Object.values(states))).toEqual(
    new Set(['up-to-date', 'failed', 'refused', 'away']),
  );
  expect(states).toMatchObject({ file: 'up-to-date', failing: 'failed', away: 'away' });
  expect(documentOf(seen).targets.find(({ name }) => name === 'file')?.reason).toBeNull();
  const errors = await fleet.ask(
    'failing',
    (sql) => sql<{ text: string }[]>`
      select (select string_agg(m::text, '') from pgm.migrations m)
        || (select string_agg(a::text, '') from pgm.attempts a) as text`,
  );
  expect(errors[0]?.text).not.toMatch(traces);
});

const url = `postgresql://u:${encodeURIComponent(secret)}@127.0.0.1:5/d`;

test.each([
  ['a port that is none', `a=${url.replace(':5/', ':x/')}`],
  ['another scheme', `a=${url.replace('postgresql', 'mysql')}`],
  ['a parameter that is none', `a=${url}?sslmode=perhaps`],
  ['a line without a name', `a=${url}\n${url}`],
  ['a name that is a URL', `- name: ${url}\n  url: a\n`],
  ['a URL where a file is expected', `- name: a\n  url_file: ${url}\n`],
  ['a URL with words where a file is expected', `- name: a\n  url_file: password=${secret}\n`],
  ['a URL as a label', `- name: a\n  url: ${url}\n  labels: { ${JSON.stringify(url)}: [] }\n`],
  ['a URL as a field', `- name: a\n  ${JSON.stringify(url)}: x\n`],
  ['no YAML', `- name: a\n  url: ${url}\n :- [${url}\n`],
  ['a list of URLs', `- ${url}\n- ${url}\n`],
  ['a URL alone', url],
  ['a TLS file that is none', `a=${url}?sslmode=verify-full&sslrootcert=/nowhere`],
])('%s: the message says which line, and quotes nothing of it', async (_, text) => {
  const list = await fleet.write('wrong', text);
  const ran = await fleet.run(['status', '--targets', list, '--verbose', '--wait-timeout', '0']);
  expectNoTrace(ran);
  expect(ran.exitCode).toBe(2);
  expect(ran.stderr).toMatch(/wrong(?::\d+)*: |target a/);
});

test('a URL where --targets expects a path is not quoted', async () => {
  const ran = await fleet.run(['status', '--targets', url]);
  expect([ran.exitCode, traces.test(ran.stdout + ran.stderr)]).toEqual([2, false]);
  expect(ran.stderr).toContain('--targets');
});
