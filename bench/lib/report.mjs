/** What was measured, as Markdown: good to read on a terminal, and what goes into the pages. */
import { goals, verdict } from './goals.mjs';
import { quantile } from './statistics.mjs';
import { tripsPerFile } from './trips.mjs';

/**
 * @typedef {import('./bench.mjs').Contest} Contest
 * @typedef {import('./bench.mjs').Machine} Machine
 * @typedef {import('./growth.mjs').Growth & { readonly machine: Machine }} MeasuredGrowth
 */

/** @param {Contest} measured */
export function contestReport(measured) {
  const parts = [
    conditions(measured),
    goalsTable(measured),
    ...measured.corpora.map(corpusTable),
    tripsTable(measured),
    latencyTable(measured.latency),
  ];
  return parts.join('\n\n');
}

/** @param {Contest} measured */
export function goalsTable(measured) {
  const rows = goals.map((goal) => {
    const scores = [...goal.scores(measured)].sort((a, b) => a.value - b.value);
    /** @param {string} kind */
    const of = (kind) => scores.filter((score) => score.kind === kind);
    const [own] = of('pgm');
    // The other floor, psql, is what B and C are divided by.
    const floor = of('floor').find(({ contestant }) => contestant === 'bare client');
    return [
      goal.what,
      floor === undefined ? '–' : figure(floor.value),
      of('peer')
        .slice(0, 3)
        .map(({ contestant, value }) => `${contestant} ${figure(value)}`)
        .join(', ') || '–',
      own === undefined ? '–' : `**${figure(own.value)}**`,
      figure(goal.bound),
      own === undefined ? 'not measured' : verdict(own.value, goal),
    ];
  });
  return table(['what', 'bare client', 'best peers', 'pgm', 'at most', ''], rows);
}

/** @param {Contest} measured */
export function conditions({ machine, short, absent }) {
  const where = `PostgreSQL ${machine.postgres}, Node ${machine.node}, ${machine.cores} × ${machine.processor}`;
  const busy = `Load when it began: ${machine.load.toFixed(1)}.`;
  const notes = [
    ...(machine.psql === null ? [] : [`psql is ${machine.psql}.`]),
    ...(short ? ['Short form: small corpora, one round; the ratios mean little.'] : []),
    ...(machine.load > machine.cores / 2
      ? ['The machine was busy with other work: trust no figure too far.']
      : []),
    ...absent.map(({ name, reason }) => `${name} did not take part: ${reason}.`),
  ];
  return [`${where}. ${busy}`, ...notes].join('\n');
}

/** @param {import('./bench.mjs').CorpusResult} corpus */
export function corpusTable({ label, title, rounds, results }) {
  const sorted = [...results].sort((a, b) => (a.fresh?.ms ?? Infinity) - (b.fresh?.ms ?? Infinity));
  const rows = sorted.map(({ contestant, fresh, again, problem }) => [
    contestant,
    ...(problem === null
      ? [milliseconds(fresh), mebibytes(fresh), milliseconds(again), mebibytes(again)]
      : [problem, '', '', '']),
  ]);
  const head = ['', 'fresh ms', 'peak MiB', 'again ms', 'peak MiB'];
  return `${label}: ${title}; medians of ${rounds}\n\n${table(head, rows)}`;
}

/** @param {Contest} measured */
export function tripsTable({ trips }) {
  /** @param {import('./trips.mjs').Trips | null} counted */
  const cells = (counted) =>
    counted === null
      ? ['–', '–', '–']
      : [counted.connections, counted.connecting, counted.working].map(String);
  const rows = trips.map((one) => {
    const perFile = tripsPerFile(one);
    return [
      one.contestant,
      perFile === null ? '–' : figure(perFile),
      ...cells(one.fresh),
      ...cells(one.again),
    ];
  });
  const head = [
    '',
    'a file',
    'fresh: connections',
    'to connect',
    'after that',
    'again: connections',
    'to connect',
    'after that',
  ];
  return `Round trips with ${trips[0]?.files ?? 0} files of one INSERT\n\n${table(head, rows)}`;
}

/** @param {import('./latency.mjs').Latency} [latency] */
export function latencyTable(latency) {
  const title = 'From a swap of the mount to the row of a new small file, under `watch`';
  if (latency === undefined) return `${title}: not measured`;
  if (latency.problem !== null) return `${title}: ${latency.problem}`;
  // pgm hears of the commit after it was made.
  const committed = { name: 'committed', all: latency.all };
  const lines = [...latency.stages.slice(0, -1), committed, ...latency.stages.slice(-1)];
  const rows = lines.map(({ name, all }) => [
    name,
    ...[0.5, 0.9, 0.99, 1].map((share) => quantile(all, share).toFixed(0)),
  ]);
  return `${title}; ${latency.all.length} swaps\n\n${table(['ms until', 'p50', 'p90', 'p99', 'max'], rows)}`;
}

/** @param {MeasuredGrowth} measured */
export function growthReport({ machine, files, runners }) {
  const names = files[0]?.results.map(({ contestant }) => contestant) ?? [];
  const fileRows = files.flatMap(({ files: count, results }) =>
    /** @type {const} */ (['fresh', 'again']).map((run) => [
      `${count.toLocaleString('en-US')} ${run}`,
      ...results.map((result) => milliseconds(result[run])),
    ]),
  );
  const runnerRows = runners.map((point) => [
    String(point.runners),
    point.serverMsPerSecond === null ? '–' : point.serverMsPerSecond.toFixed(1),
    point.transactionsPerSecond.toFixed(1),
    point.untilAllDoneMs.toFixed(0),
    point.problem ?? '',
  ]);
  const runnerHead = [
    'runners',
    'server: ms of processor a second',
    'transactions a second',
    'ms until all are done',
    '',
  ];
  return [
    conditions({ ...emptyContest, machine }),
    table(['files', ...names], fileRows),
    table(runnerHead, runnerRows),
  ].join('\n\n');
}

/** @param {Pick<Contest, 'machine' | 'short' | 'latency'>} measured */
export function latencyReport(measured) {
  const parts = [conditions({ ...emptyContest, ...measured }), latencyTable(measured.latency)];
  return parts.join('\n\n');
}

/** @type {Pick<Contest, 'short' | 'absent'> & Omit<Contest, 'machine'>} */
const emptyContest = {
  short: false,
  absent: [],
  versions: {},
  startUp: [],
  corpora: [],
  trips: [],
};

/** @param {import('./contest.mjs').Figures | null} figures */
function milliseconds(figures) {
  return figures === null ? '–' : figures.ms.toFixed(0);
}

/** @param {import('./contest.mjs').Figures | null} figures */
function mebibytes(figures) {
  return figures === null || figures.peakMiB === null ? '–' : figures.peakMiB.toFixed(0);
}

/** `141`, `1.05`, `0.3` @param {number} value */
function figure(value) {
  return value >= 10 ? value.toFixed(0) : String(Number(value.toFixed(2)));
}

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
function table(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, column) =>
    Math.max(3, ...all.map((row) => (row[column] ?? '').length)),
  );
  /** @param {readonly string[]} row */
  const line = (row) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}
