import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { News } from '../../src/cli/render/news/news.js';
import { systemClock } from '../../src/library/open/compose.js';
import type { Clock } from '../../src/core/ports.js';
import { HealthCheck } from '../../src/operations/health/health-check.js';
import { Pod } from '../support/pod.js';
import { databasePort, watchfulPatience } from '../support/run.js';
import { connect, type OwnServer, startServer } from '../support/server.js';

let server: OwnServer;
let pod: Pod;

beforeAll(async () => {
  server = await startServer();
});

beforeEach(() => server.stop('fast'));
afterEach(() => pod.stop());
afterAll(() => server.remove());

const target = () => ({ database: 'postgres', server, patience: watchfulPatience });

/** Tries nothing again by itself for an hour: a wait is so many times its ceiling of half a second. */
const patient: Clock = { ...systemClock, random: () => 7_200 };

test('a probe that the server answers wakes a loop that would wait for an hour', async () => {
  pod = new Pod(target(), { 'a/001_x.sql': 'select 1;' }, patient);
  await pod.told('run-failed');
  await server.restart();
  expect(pod.events.filter(({ kind }) => kind === 'run-failed')).toHaveLength(1);
  const check = new HealthCheck({
    ...{ schemas: null, allowEmpty: false, onChange: 'rerun', readiness: 'applied' },
    database: databasePort(target()),
    clock: systemClock,
    snapshot: () => pod.watch.followed.snapshot,
    activity: () => pod.watch.activity,
    stopping: () => false,
    onAnswered: () => {
      pod.watch.serverAnswered();
    },
  });
  await check.check(null);
  await pod.told('migration-applied');
  await check.close();
});

test('that PostgreSQL answers and which file runs is in the log while the first file runs', async () => {
  const files = { 'b/001_x.sql': 'select pg_advisory_xact_lock(4711);' };
  pod = new Pod(target(), files, patient);
  await pod.told('run-failed');
  await server.restart();
  const holder = connect('postgres', server);
  await holder`select pg_advisory_lock(4711)`;
  pod.watch.serverAnswered();
  await pod.told('migration-slow');
  const news = new News({ directory: '/m', everything: false });
  const lines = pod.events.flatMap((event, at) => news.of(event, at).map(({ text }) => text));
  expect(lines.filter((line) => line.startsWith('PostgreSQL answers after'))).toHaveLength(1);
  expect(lines.at(-1)).toMatch(/^b\/001_x\.sql has been running for \d+ ms; waiting behind pid/);
  expect(pod.events.map(({ kind }) => kind)).not.toContain('migration-applied');
  await holder.end();
  await pod.told('migration-applied');
});
