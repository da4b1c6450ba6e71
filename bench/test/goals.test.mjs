import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goals, verdict } from '../lib/goals.mjs';
import { goalsTable } from '../lib/report.mjs';

/** @typedef {import('../lib/bench.mjs').Contest} Contest */

/** @param {number} ms */
const figures = (ms) => ({ ms, peakMiB: 50, all: [ms] });

/** @param {string} contestant @param {'pgm' | 'floor' | 'peer'} kind @param {number} ms @param {boolean} [onNode] */
const result = (contestant, kind, ms, onNode = true) => ({
  contestant,
  kind,
  onNode,
  problem: null,
  wrong: false,
  fresh: figures(ms),
  again: kind === 'floor' ? null : figures(ms / 10),
});

/** @param {string} letter @param {readonly import('../lib/contest.mjs').Result[]} results */
const corpus = (letter, results) => ({ letter, label: letter, title: 'files', rounds: 1, results });

/** @type {Contest} */
const nothing = {
  machine: { node: '20.0.0', postgres: '18.0', psql: null, processor: 'x', cores: 2, load: 0 },
  short: false,
  versions: {},
  absent: [],
  startUp: [],
  corpora: [],
  trips: [],
};

const inA = [
  result('pgm', 'pgm', 300),
  result('psql -1', 'floor', 200, false),
  result('bare client', 'floor', 100),
  result('dbmate', 'peer', 240, false),
  result('drizzle-orm', 'peer', 400),
  result('kysely', 'peer', 250),
];
/** All corpora alike. @type {Contest} */
const measured = {
  ...nothing,
  corpora: ['A', 'B', 'C', 'D', 'D2'].map((letter) => corpus(letter, inA)),
};

/** @param {string} what @param {Contest} [contest] */
function valuesOf(what, contest = measured) {
  const goal = goals.find((one) => one.what === what);
  assert.ok(goal, `there is no goal "${what}"`);
  const scores = goal.scores(contest);
  return Object.fromEntries(scores.map(({ contestant, value }) => [contestant, value]));
}

/** The cells of a line. @param {string} what @param {Contest} contest */
function row(what, contest) {
  const line = goalsTable(contest)
    .split('\n')
    .find((one) => one.startsWith(`| ${what} `));
  return line
    ?.split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

test('pgm and all others are divided by what the line names', () => {
  assert.deepEqual(valuesOf('B fresh ÷ psql -1'), {
    pgm: 1.5,
    'psql -1': 1,
    'bare client': 0.5,
    dbmate: 1.2,
    'drizzle-orm': 2,
    kysely: 1.25,
  });
  assert.equal(valuesOf('A fresh ÷ dbmate')['pgm'], 1.25);
});

test('without the one that is divided by nothing is measured', () => {
  const without = { ...nothing, corpora: [corpus('B', [result('pgm', 'pgm', 300)])] };
  assert.deepEqual(valuesOf('B fresh ÷ psql -1', without), {});
  assert.deepEqual(valuesOf('D fresh ÷ best Node peer', without), {});
  assert.deepEqual(valuesOf('Node peers that are faster, B fresh', without), {});
});

test('the best Node peer is neither a floor nor a program of another language', () => {
  for (const what of ['D fresh ÷ best Node peer', 'D′ fresh ÷ best Node peer']) {
    assert.deepEqual([valuesOf(what)['pgm'], valuesOf(what)['kysely']], [1.2, 1]);
  }
});

test('Node peers that are faster are counted, and nobody is one beside itself', () => {
  const races = ['A fresh', 'B fresh', 'C fresh', 'D fresh', 'D′ fresh', 'C again'];
  for (const race of races) {
    const values = valuesOf(`Node peers that are faster, ${race}`);
    assert.deepEqual([values['pgm'], values['kysely'], values['drizzle-orm']], [1, 0, 1]);
  }
});

test('a Node peer that could not do a corpus is not ahead in it', () => {
  const failed = { ...result('kysely', 'peer', 250), fresh: null, problem: 'exit code 1' };
  const results = [...inA.filter(({ contestant }) => contestant !== 'kysely'), failed];
  const contest = { ...nothing, corpora: [corpus('D', results)] };
  assert.equal(valuesOf('Node peers that are faster, D fresh', contest)['pgm'], 0);
  assert.equal(valuesOf('D fresh ÷ best Node peer', contest)['pgm'], 0.75);
});

test('what is at its bound holds it, and what is above has missed it', () => {
  const [goal] = goals;
  assert.ok(goal);
  assert.deepEqual(
    [1.2, 1.5, 1.51].map((value) => verdict(value, goal)),
    ['met', 'met', 'missed'],
  );
});

test('each line has its bound', () => {
  assert.deepEqual(Object.fromEntries(goals.map(({ what, bound }) => [what, bound])), {
    '`--version` ÷ `node -e 0`': 1.5,
    '`--help` ÷ `node -e 0`': 1.5,
    'A fresh ÷ dbmate': 1,
    'B fresh ÷ psql -1': 1,
    'C fresh ÷ psql -1': 2,
    'D fresh ÷ best Node peer': 1.1,
    'D fresh, peak resident MiB': 260,
    'D′ fresh ÷ best Node peer': 1.1,
    'D′ fresh, peak resident MiB': 260,
    'C again, nothing to do ÷ postgres-migrations': 1,
    'Node peers that are faster, A fresh': 0,
    'Node peers that are faster, B fresh': 0,
    'Node peers that are faster, C fresh': 0,
    'Node peers that are faster, D fresh': 0,
    'Node peers that are faster, D′ fresh': 0,
    'Node peers that are faster, C again': 0,
    'round trips a file, fresh': 1,
    'round trips in all, nothing to do': 4,
    'swap → applied under `watch`, one small file, warm, p99 ms': 150,
  });
});

test('a row has the floor, the three best peers, pgm, the bound and the verdict', () => {
  assert.deepEqual(row('B fresh ÷ psql -1', measured), [
    'B fresh ÷ psql -1',
    '0.5',
    'dbmate 1.2, kysely 1.25, drizzle-orm 2',
    '**1.5**',
    '1',
    'missed',
  ]);
});

test('round trips are those of a file, and all of a run with nothing to do', () => {
  /** @param {number} working */
  const trips = (working) => ({ connections: 1, connecting: 2, working });
  const own = /** @type {const} */ ({ contestant: 'pgm', kind: 'pgm', files: 300 });
  const counted = { ...own, one: trips(6), fresh: trips(305), again: trips(2) };
  const contest = { ...nothing, trips: [counted] };
  assert.deepEqual(valuesOf('round trips a file, fresh', contest), { pgm: 1 });
  assert.deepEqual(valuesOf('round trips in all, nothing to do', contest), { pgm: 4 });
});

test('of the swaps the slowest hundredth counts, and there is no line for peers', () => {
  const what = 'swap → applied under `watch`, one small file, warm, p99 ms';
  const all = Array.from({ length: 100 }, (_, n) => n + 1);
  const swaps = { ...nothing, latency: { all, stages: [], problem: null } };
  assert.deepEqual(row(what, swaps)?.slice(1), ['–', '–', '**99**', '150', 'met']);
  const failed = { ...nothing, latency: { all: [], stages: [], problem: 'no' } };
  for (const contest of [nothing, failed]) assert.equal(row(what, contest)?.at(-1), 'not measured');
});

test('a line that was not measured is in the table all the same', () => {
  const lines = goalsTable(nothing).split('\n');
  assert.equal(lines.length, 2 + goals.length);
  assert.ok(lines.slice(2).every((line) => line.includes('not measured')));
});
