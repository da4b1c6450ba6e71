import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goalsFor, verdict } from '../lib/goals.mjs';
import { goalsTable } from '../lib/report.mjs';

/** @param {number} ms */
const figures = (ms) => ({ ms, peakMiB: 50, all: [ms] });

/** @param {string} contestant @param {'pgm' | 'floor' | 'peer'} kind @param {number} ms */
const result = (contestant, kind, ms) => ({
  ...{ contestant, kind, problem: null, wrong: false },
  ...{ fresh: figures(ms), again: kind === 'floor' ? null : figures(ms / 10) },
});

/** @type {import('../lib/bench.mjs').Contest} */
const measured = {
  machine: { node: '20.0.0', postgres: '18.0', processor: 'x', cores: 2, load: 0 },
  short: false,
  versions: { pgm: '0.1.0', 'psql -1': '18', dbmate: '2' },
  absent: [],
  startUp: [],
  corpora: [
    {
      ...{ letter: 'A', title: 'files', rounds: 1 },
      results: [
        result('pgm', 'pgm', 300),
        result('psql -1', 'floor', 200),
        result('dbmate', 'peer', 340),
      ],
    },
  ],
  trips: [],
};

test('pgm is divided by psql, and so are its peers', () => {
  const goal = goalsFor(measured).find(({ what }) => what === 'A fresh ÷ psql -1');
  const scores = goal?.scores(measured).map(({ contestant, value }) => [contestant, value]);
  assert.deepEqual(scores, [
    ['pgm', 1.5],
    ['psql -1', 1],
    ['dbmate', 1.7],
  ]);
});

test('a machine without psql is measured by the bare client, and says so', () => {
  const without = { ...measured, versions: { pgm: '0.1.0' } };
  assert.ok(goalsFor(without).some(({ what }) => what === 'A fresh ÷ bare client'));
});

test('what is at the mark has reached it', () => {
  const [goal] = goalsFor(measured);
  assert.ok(goal);
  assert.deepEqual(
    [1.2, 1.21, 1.5, 1.51].map((value) => verdict(value, goal)),
    [...['goal', 'reach', 'reach', 'missed']],
  );
});

test('of the swaps the slowest hundredth counts, and there is no line for peers', () => {
  const all = Array.from({ length: 100 }, (_, n) => n + 1);
  const row = (/** @type {import('../lib/bench.mjs').Contest} */ contest) =>
    goalsTable(contest)
      .split('\n')
      .find((line) => line.includes('swap → applied')) ?? '';
  assert.match(
    row({ ...measured, latency: { all, stages: [], problem: null } }),
    /\| – +\| – +\| \*\*99\*\* +\| 300 +\| 100 +\| goal/,
  );
  assert.match(row(measured), /not measured/);
  assert.match(
    row({ ...measured, latency: { all: [], stages: [], problem: 'no' } }),
    /not measured/,
  );
});

test('a line that was not measured is in the table all the same', () => {
  const lines = goalsTable(measured).split('\n');
  assert.equal(lines.length, 2 + goalsFor(measured).length);
  assert.match(lines.find((line) => line.includes('C fresh')) ?? '', /not measured/);
});
