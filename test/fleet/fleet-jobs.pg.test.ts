import { readFile, symlink } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLines, page } from '../docs/pages.js';
import { argumentsIn } from '../deploy/job-arguments.js';
import { freePort } from '../support/http.js';
import { pgm, RunningPgm } from '../support/pgm.js';
import { documentOf, type Fleet, makeFleet } from './fleet-bench.js';

const names = ['canary-1', 'canary-2', 'a', 'b', 'c', 'd', 'e'];

let fleet: Fleet;
let list: string;

beforeAll(async () => {
  fleet = await makeFleet(names, { 'app/001_t.sql': 'create table public.t (id int);' });
  const lines = names.map((name) => `${name}=${fleet.urlOf(name)}\n`);
  list = await fleet.write('targets.env', lines.join(''));
});
afterAll(() => fleet.remove());

test('serve-health --targets says how all stand, and reads the list anew', async () => {
  const port = await freePort();
  const running = new RunningPgm([
    ...['serve-health', '--dir', fleet.tree.directory, '--targets', list],
    ...['--health-port', String(port), '--health-host', '127.0.0.1', '--fleet-interval', '1s'],
  ]);
  try {
    await running.printed(/the fleet: 7 without a whole revision \(behind by 1\)/);
    const get = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return { status: response.status, body: await response.text() };
    };
    expect((await get('/liveness')).status).toBe(200);
    expect((await get('/readiness')).status).toBe(200);
    expect((await get('/readiness?revision=abcd')).status).toBe(503);
    expect((await get('/metrics')).body).toContain(
      'pgm_fleet_targets{state="behind",revision=""} 7\n',
    );
    expect((await get('/')).body).toContain('Behind');
    await fleet.write('targets.env', 'this is no list');
    await running.printed(/the fleet could not be looked at/);
    expect((await get('/readiness')).status).toBe(503);
    const lines = names.map((name) => `${name}=${fleet.urlOf(name)}\n`);
    await fleet.write(
      'targets.env',
      [...lines, 'gone=postgresql://u:hidden@127.0.0.1:1/x'].join(''),
    );
    await running.printed(/the fleet: 7 without a whole revision \(behind by 1\), 1 away/);
    const status = await get('/status');
    expect(JSON.parse(status.body)).toMatchObject({
      ready: true,
      problem: null,
      fleet: { upToDate: false, targets: names.concat('gone').map((name) => ({ name })) },
    });
    expect(status.body + running.output).not.toContain('hidden');
    await fleet.write('targets.env', lines.join(''));
  } finally {
    await running.stop();
  }
});

test('the Jobs that render prints do each target once: wave by wave, index by index', async () => {
  const rendered = await pgm([
    ...['fleet', 'render', '--targets', list, '--wave', 'name~^canary-', '--wave', 'rest'],
    ...['--shards', '3', '--on-failure', 'stop'],
  ]);
  const done: string[] = [];
  const jobs = argumentsIn(rendered.stdout);
  expect(jobs.map(({ completions }) => completions)).toEqual([2, 3]);
  for (const { args, completions } of jobs) {
    for (let index = 0; index < completions; index += 1) {
      const own = args.map((word) =>
        word
          .replace(/^\/run\/secrets\/pgm-fleet\/targets\.env$/, list)
          .replace('$(JOB_COMPLETION_INDEX)', String(index)),
      );
      const finished = await fleet.run([...own.slice(1), '--json']);
      expect(finished.exitCode).toBe(0);
      done.push(...documentOf(finished).targets.map(({ name, state }) => `${name} ${state}`));
    }
  }
  expect(done.slice(0, 2).toSorted()).toEqual(['canary-1 done', 'canary-2 done']);
  expect(done.toSorted()).toEqual(names.map((name) => `${name} done`).toSorted());
});

test('the commands of docs/fleets.md run, with targets of these names', async () => {
  await symlink(fleet.tree.directory, `${fleet.home}/migrations`);
  const labelled = [...names, 'eu-7'].map((name) => {
    const url = fleet.urlOf(name === 'eu-7' ? 'eu_7' : name);
    const tier = name.startsWith('canary') ? 'canary' : 'normal';
    return `- { name: ${name}, url: '${url}', labels: { tier: ${tier} } }\n`;
  });
  await fleet.write('targets.yaml', labelled.join(''));
  const lines = commandLines(page('docs/fleets.md')).filter((line) =>
    /^pgm fleet .* --targets/.test(line),
  );
  expect(lines.length).toBeGreaterThan(6);
  // What runs leave can be looked at once there were some.
  const looksAtRuns = (line: string) => Number(/fleet (?:drift|verify)/.test(line));
  for (const line of lines.toSorted((a, b) => looksAtRuns(a) - looksAtRuns(b))) {
    const [, ...words] = line
      .replace(/ [>|] .*/, '')
      .replace('--pause 5m', '--pause 0')
      .split(' ');
    const finished = await pgm(words, {}, fleet.home);
    expect(finished, `${line}\n${finished.stdout}${finished.stderr}`).toMatchObject({
      exitCode: 0,
    });
  }
});

test('what became of a share is in the termination message, the summary first, at most 4 KiB', async () => {
  const lines = Array.from({ length: 120 }, (_, at) => {
    return `${'long-name-'.repeat(8)}${at}=postgresql://u:hidden@127.0.0.1:${20_001 + at}/x\n`;
  });
  const gone = await fleet.write('gone.env', lines.join(''));
  const log = await fleet.write('termination-log', '');
  const { exitCode } = await fleet.run([
    ...['migrate', '--targets', gone, '--shard', '0/2', '--wait-timeout', '0'],
    ...['--termination-log', log],
  ]);
  expect(exitCode).toBe(4);
  const message = await readFile(log);
  expect(message.toString()).toMatch(/^60 away/);
  expect(message.toString()).toContain('long-name-');
  expect(message.toString()).not.toContain('hidden');
  expect(message.length).toBeGreaterThan(2_000);
  expect(message.length).toBeLessThanOrEqual(4_096);
});
