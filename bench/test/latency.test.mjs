import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latencyOf } from '../lib/latency.mjs';
import { latencyTable } from '../lib/report.mjs';
import { stageNames, stagesOf } from '../lib/stages.mjs';

const swappedAt = Date.parse('2026-11-23T12:00:00.100Z');

/** @param {string} event @param {number} ms After the swap. */
const line = (event, ms) => ({ event, time: new Date(swappedAt + ms).toISOString() });

test('a stage is reached when its event is first logged after the swap', () => {
  const log = [
    line('source-read', -40),
    line('source-read', 7),
    line('postgres-answered', 20),
    line('source-read', 90),
    line('run-finished', 95),
  ];
  assert.deepEqual(stagesOf(log, swappedAt), { 'mount read': 7, 'server answers': 20 });
});

test('swaps are told apart by their stages, and a stage that was not logged once is not counted', () => {
  const latency = latencyOf([
    { ms: 60, stages: { 'mount read': 5, 'file applied': 61 } },
    { ms: 80, stages: { 'mount read': 7 } },
  ]);
  assert.deepEqual(latency.all, [60, 80]);
  const byName = Object.fromEntries(latency.stages.map(({ name, all }) => [name, all]));
  assert.deepEqual(byName['mount read'], [5, 7]);
  assert.deepEqual(byName['file applied'], [61]);
  assert.deepEqual(byName['history read, run planned'], []);
});

test('the table has the commit before pgm hears of it', () => {
  const rows = latencyTable(
    latencyOf([{ ms: 60, stages: { 'mount read': 5, 'file applied': 61 } }]),
  )
    .split('\n')
    .slice(4)
    .map((row) => row.split('|').map((cell) => cell.trim()));
  assert.deepEqual(
    rows.map(([, name]) => name),
    [...stageNames.slice(0, -1), 'committed', 'file applied'],
  );
  assert.deepEqual(rows.at(0)?.slice(1, 6), ['mount read', '5', '5', '5', '5']);
});

test('where it was not measured, or went wrong, the report says so', () => {
  assert.match(latencyTable(), /: not measured$/);
  const problem = 'wrong result: applied are 0; right is 0,1';
  assert.match(latencyTable({ all: [], stages: [], problem }), /right is 0,1$/);
});
