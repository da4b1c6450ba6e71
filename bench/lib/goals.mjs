/** The goals: what is measured, compared with what, and its upper bound. */
import { quantile } from './statistics.mjs';
import { tripsIn, tripsPerFile } from './trips.mjs';

/**
 * @typedef {import('./bench.mjs').Contest} Contest
 * @typedef {import('./contest.mjs').Result} Result
 * @typedef {'fresh' | 'again'} Run
 *
 * @typedef {object} Goal
 * @property {string} what
 * @property {(measured: Contest) => readonly Score[]} scores Of all contestants, as far as measured.
 * @property {number} bound
 *
 * @typedef {object} Score
 * @property {string} contestant
 * @property {'pgm' | 'floor' | 'peer'} kind
 * @property {number} value
 */

/** Where pgm has to be ahead of its peers on Node. @type {readonly (readonly [letter: string, run: Run, what: string])[]} */
const races = [
  ['A', 'fresh', 'A fresh'],
  ['B', 'fresh', 'B fresh'],
  ['C', 'fresh', 'C fresh'],
  ['D', 'fresh', 'D fresh'],
  ['D2', 'fresh', 'D′ fresh'],
  ['C', 'again', 'C again'],
];

/** @type {readonly Goal[]} */
export const goals = [
  { what: '`--version` ÷ `node -e 0`', scores: startUp('version'), bound: 1.5 },
  { what: '`--help` ÷ `node -e 0`', scores: startUp('help'), bound: 1.5 },
  { what: 'A fresh ÷ dbmate', scores: ratios('A', 'fresh', 'dbmate'), bound: 1 },
  { what: 'B fresh ÷ psql -1', scores: ratios('B', 'fresh', 'psql -1'), bound: 1 },
  { what: 'C fresh ÷ psql -1', scores: ratios('C', 'fresh', 'psql -1'), bound: 2 },
  { what: 'D fresh ÷ best Node peer', scores: besideBest('D', 'fresh'), bound: 1.1 },
  { what: 'D fresh, peak resident MiB', scores: peaks('D', 'fresh'), bound: 260 },
  { what: 'D′ fresh ÷ best Node peer', scores: besideBest('D2', 'fresh'), bound: 1.1 },
  { what: 'D′ fresh, peak resident MiB', scores: peaks('D2', 'fresh'), bound: 260 },
  {
    what: 'C again, nothing to do ÷ postgres-migrations',
    scores: ratios('C', 'again', 'postgres-migrations'),
    bound: 1,
  },
  ...races.map(([letter, run, what]) => ({
    what: `Node peers that are faster, ${what}`,
    scores: fasterNodePeers(letter, run),
    bound: 0,
  })),
  { what: 'round trips a file, fresh', scores: tripsForAFile, bound: 1 },
  { what: 'round trips in all, nothing to do', scores: tripsInAll, bound: 4 },
  {
    what: 'swap → applied under `watch`, one small file, warm, p99 ms',
    scores: swapToRow,
    bound: 150,
  },
];

/** @param {number} value @param {Goal} goal */
export function verdict(value, { bound }) {
  return value <= bound ? 'met' : 'missed';
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

/** @param {string} letter @param {Run} run @param {string} divisor @returns {Goal['scores']} */
function ratios(letter, run, divisor) {
  return (measured) => {
    const results = resultsOf(measured, letter);
    const one = results.find(({ contestant }) => contestant === divisor)?.[run]?.ms;
    if (one === undefined) return [];
    return results.flatMap((result) => scoreOf(result, result[run]?.ms, one));
  };
}

/** @param {string} letter @param {Run} run @returns {Goal['scores']} */
function besideBest(letter, run) {
  return (measured) => {
    const results = resultsOf(measured, letter);
    const times = nodePeerTimes(results, run);
    if (times.length === 0) return [];
    return results.flatMap((result) => scoreOf(result, result[run]?.ms, Math.min(...times)));
  };
}

/** @param {string} letter @param {Run} run @returns {Goal['scores']} */
function fasterNodePeers(letter, run) {
  return (measured) => {
    const results = resultsOf(measured, letter);
    const times = nodePeerTimes(results, run);
    if (times.length === 0) return [];
    return results.flatMap((result) => {
      const own = result[run]?.ms;
      if (own === undefined) return [];
      return scoreOf(result, times.filter((ms) => ms < own).length, 1);
    });
  };
}

/** @param {readonly Result[]} results @param {Run} run */
function nodePeerTimes(results, run) {
  return results
    .filter(({ kind, onNode }) => kind === 'peer' && onNode)
    .flatMap((result) => result[run]?.ms ?? []);
}

/** @param {string} letter @param {Run} run @returns {Goal['scores']} */
function peaks(letter, run) {
  return (measured) =>
    resultsOf(measured, letter).flatMap((result) => scoreOf(result, result[run]?.peakMiB, 1));
}

/** @type {Goal['scores']} */
function tripsForAFile({ trips }) {
  return trips.flatMap((one) => scoreOf(one, tripsPerFile(one), 1));
}

/** @type {Goal['scores']} */
function tripsInAll({ trips }) {
  return trips.flatMap((one) => scoreOf(one, one.again === null ? null : tripsIn(one.again), 1));
}

/** No peer watches a mount. @type {Goal['scores']} */
function swapToRow({ latency }) {
  if (latency === undefined || latency.problem !== null) return [];
  return [{ contestant: 'pgm', kind: 'pgm', value: quantile(latency.all, 0.99) }];
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
