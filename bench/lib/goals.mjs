/** The lines to reach: what is measured, beside what, and how good it has to be. */
import { quantile } from './statistics.mjs';

/**
 * @typedef {import('./bench.mjs').Contest} Contest
 * @typedef {import('./contest.mjs').Result} Result
 *
 * @typedef {object} Goal
 * @property {string} what
 * @property {(measured: Contest) => readonly Score[]} scores Of everybody, as far as it was measured.
 * @property {number} reach
 * @property {number} goal
 *
 * @typedef {object} Score
 * @property {string} contestant
 * @property {'pgm' | 'floor' | 'peer'} kind
 * @property {number} value
 */

/** The divisor for A, B and C: psql where this machine has it. @param {Contest} measured */
export function divisorOf(measured) {
  return 'psql -1' in measured.versions ? 'psql -1' : 'bare client';
}

/** @param {Contest} measured @returns {readonly Goal[]} */
export function goalsFor(measured) {
  const divisor = divisorOf(measured);
  return [
    { what: '`--version` ÷ `node -e 0`', scores: startUp('version'), reach: 1.5, goal: 1.2 },
    { what: '`--help` ÷ `node -e 0`', scores: startUp('help'), reach: 1.5, goal: 1.2 },
    { what: `A fresh ÷ ${divisor}`, scores: ratios('A', 'fresh', divisor), reach: 1.8, goal: 1.4 },
    {
      what: `B fresh ÷ ${divisor}`,
      scores: ratios('B', 'fresh', divisor),
      reach: 1.05,
      goal: 0.85,
    },
    { what: `C fresh ÷ ${divisor}`, scores: ratios('C', 'fresh', divisor), reach: 2.0, goal: 0.6 },
    {
      what: 'C again, nothing to do ÷ drizzle-orm',
      ...{ scores: ratios('C', 'again', 'drizzle-orm'), reach: 1.2, goal: 0.9 },
    },
    { what: 'C again, peak resident MiB', scores: peaks('C', 'again'), reach: 75, goal: 60 },
    {
      what: 'D fresh ÷ bare client',
      scores: ratios('D', 'fresh', 'bare client'),
      reach: 1.2,
      goal: 1.05,
    },
    { what: 'D fresh, peak resident MiB', scores: peaks('D', 'fresh'), reach: 190, goal: 110 },
    { what: 'round trips a file, fresh', scores: tripsPerFile, reach: 1, goal: 0.1 },
    { what: 'round trips in all, nothing to do', scores: tripsInAll, reach: 5, goal: 3 },
    {
      what: 'swap → applied under `watch`, one small file, warm, p99 ms',
      ...{ scores: swapToRow, reach: 300, goal: 100 },
    },
  ];
}

/** @param {number} value @param {Goal} goal */
export function verdict(value, { reach, goal }) {
  if (value <= goal) return 'goal';
  return value <= reach ? 'reach' : 'missed';
}

/** @param {'version' | 'help'} word @returns {Goal['scores']} */
function startUp(word) {
  return ({ startUp: measured }) => {
    const node = measured.find((line) => line.word === 'node');
    if (node === undefined) return [];
    return measured
      .filter((line) => line.word === word)
      .map(({ contestant, ms }) => ({ contestant, kind: kindOf(contestant), value: ms / node.ms }));
  };
}

/** Only commands have a start-up, so none of these is a floor. @param {string} contestant */
function kindOf(contestant) {
  return contestant === 'pgm' ? 'pgm' : 'peer';
}

/** @param {string} letter @param {'fresh' | 'again'} run @param {string} divisor @returns {Goal['scores']} */
function ratios(letter, run, divisor) {
  return (measured) => {
    const results = resultsOf(measured, letter);
    const one = results.find(({ contestant }) => contestant === divisor)?.[run]?.ms;
    if (one === undefined) return [];
    return results.flatMap((result) => scoreOf(result, result[run]?.ms, one));
  };
}

/** @param {string} letter @param {'fresh' | 'again'} run @returns {Goal['scores']} */
function peaks(letter, run) {
  return (measured) =>
    resultsOf(measured, letter).flatMap((result) => scoreOf(result, result[run]?.peakMiB, 1));
}

/** @type {Goal['scores']} */
function tripsPerFile({ trips }) {
  return trips.flatMap((one) =>
    scoreOf(one, one.fresh === null ? null : inAll(one.fresh), one.files),
  );
}

/** @type {Goal['scores']} */
function tripsInAll({ trips }) {
  return trips.flatMap((one) => scoreOf(one, one.again === null ? null : inAll(one.again), 1));
}

/** No peer watches a mount. @type {Goal['scores']} */
function swapToRow({ latency }) {
  if (latency === undefined || latency.problem !== null) return [];
  return [{ contestant: 'pgm', kind: 'pgm', value: quantile(latency.all, 0.99) }];
}

/** @param {import('./count-round-trips.mjs').Trips} trips */
function inAll({ connecting, working }) {
  return connecting + working;
}

/** @param {Contest} measured @param {string} letter */
function resultsOf({ corpora }, letter) {
  return corpora.find((corpus) => corpus.letter === letter)?.results ?? [];
}

/** @param {Pick<Result, 'contestant' | 'kind'>} of @param {number | null | undefined} value @param {number} divisor @returns {Score[]} */
function scoreOf({ contestant, kind }, value, divisor) {
  return value === null || value === undefined
    ? []
    : [{ contestant, kind, value: value / divisor }];
}
