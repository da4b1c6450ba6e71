/** Growth on logarithmic axes: cost in proportion to size rises by one grey line where size has ten times its value. */
import { colours, drawing, line, rule, text } from './svg.mjs';

/**
 * @typedef {object} Series
 * @property {string} name
 * @property {string} colour
 * @property {readonly (readonly [number, number])[]} points Both coordinates above zero.
 *
 * @typedef {object} Panel
 * @property {string} title
 * @property {string} across
 * @property {readonly Series[]} series
 */

const panel = { width: 440, height: 320, left: 64, right: 24, top: 76, bottom: 44 };

/** @param {import('./growth.mjs').Growth} growth */
export function growthPlot({ files, runners }) {
  const panels = [filesPanel(files), runnersPanel(runners)];
  const shapes = panels.flatMap((one, at) => panelShapes(one, at * panel.width));
  return drawing(panels.length * panel.width, panel.height, 'How the cost of pgm grows', shapes);
}

/** @param {readonly import('./growth.mjs').FilesPoint[]} points @returns {Panel} */
function filesPanel(points) {
  /** @param {string} name @param {'fresh' | 'again'} run @returns {(readonly [number, number])[]} */
  const of = (name, run) =>
    points.flatMap(({ files, results }) => {
      const ms = results.find(({ contestant }) => contestant === name)?.[run]?.ms;
      return ms === undefined ? [] : [/** @type {const} */ ([files, ms])];
    });
  return {
    title: 'Milliseconds of a run',
    across: 'files',
    series: [
      { name: 'pgm fresh', colour: colours.pgm, points: of('pgm', 'fresh') },
      { name: 'pgm, nothing to do', colour: '#4ac26b', points: of('pgm', 'again') },
      { name: 'psql -1', colour: colours.floor, points: of('psql -1', 'fresh') },
      {
        name: 'drizzle-orm, nothing to do',
        colour: colours.peer,
        points: of('drizzle-orm', 'again'),
      },
    ].filter(({ points: some }) => some.length > 0),
  };
}

/** @param {readonly import('./growth.mjs').RunnersPoint[]} points @returns {Panel} */
function runnersPanel(points) {
  const cost = points.flatMap(({ runners, serverMsPerSecond: ms }) =>
    ms === null || ms <= 0 ? [] : [/** @type {const} */ ([runners, ms])],
  );
  /** @type {(readonly [number, number])[]} */
  const transactions = points
    .filter(({ transactionsPerSecond }) => transactionsPerSecond > 0)
    .map(({ runners, transactionsPerSecond }) => [runners, transactionsPerSecond]);
  return {
    title: 'The server, all runners but one waiting',
    across: 'runners',
    series: [
      { name: 'ms of processor a second', colour: colours.pgm, points: cost },
      { name: 'transactions a second', colour: colours.peer, points: transactions },
    ].filter(({ points: some }) => some.length > 0),
  };
}

/** @param {Panel} one @param {number} offset */
function panelShapes({ title, across, series }, offset) {
  const points = series.flatMap(({ points: some }) => some);
  if (points.length === 0)
    return [text(offset + panel.left, 24, `${title}: not measured`, { bold: true })];
  const [x, y] = [sizes(points.map(([at]) => at)), decades(points.map(([, at]) => at))];
  const right = panel.width - panel.right;
  const bottom = panel.height - panel.bottom;
  /** @param {number} value */
  const toX = (value) => offset + panel.left + x.share(value) * (right - panel.left);
  /** @param {number} value */
  const toY = (value) => bottom - y.share(value) * (bottom - panel.top);
  return [
    text(offset + panel.left, 22, title, { bold: true }),
    ...legend(series, offset + panel.left),
    ...y.ticks.flatMap((tick) => [
      rule(offset + panel.left, toY(tick), offset + right, toY(tick)),
      text(offset + panel.left - 6, toY(tick) + 4, grouped(tick), { anchor: 'end' }),
    ]),
    ...x.ticks.map((tick) => text(toX(tick), bottom + 18, grouped(tick), { anchor: 'middle' })),
    text(offset + (panel.left + right) / 2, bottom + 36, across, { anchor: 'middle' }),
    ...series.map(({ points: some, colour }) =>
      line(
        some.map(([a, b]) => [toX(a), toY(b)]),
        colour,
      ),
    ),
  ];
}

/** Two to a line. @param {readonly Series[]} series @param {number} left */
function legend(series, left) {
  return series.map(({ name, colour }, at) =>
    text(left + (at % 2) * 190, 42 + Math.floor(at / 2) * 16, `● ${name}`, { fill: colour }),
  );
}

/** From the smallest to the largest that was measured, marked at each. @param {readonly number[]} values */
function sizes(values) {
  const ticks = [...new Set(values)].sort((a, b) => a - b);
  const [low, high] = [Math.min(...ticks), Math.max(...ticks)];
  /** @param {number} value */
  const share = (value) => (high === low ? 0.5 : Math.log(value / low) / Math.log(high / low));
  return { ticks, share };
}

/** Whole powers of ten round the values. @param {readonly number[]} values */
function decades(values) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const ticks = Array.from({ length: high - low + 1 }, (_, at) => 10 ** (low + at));
  /** @param {number} value */
  const share = (value) => (Math.log10(value) - low) / (high - low);
  return { ticks, share };
}

/** @param {number} value */
function grouped(value) {
  return value.toLocaleString('en-US');
}
