/** The contest as bars: a panel for each thing measured, the fastest on top. */
import { bar, colours, drawing, text } from './svg.mjs';

/**
 * @typedef {object} Panel
 * @property {string} title
 * @property {readonly { readonly name: string, readonly kind: 'pgm' | 'floor' | 'peer', readonly ms: number }[]} bars
 */

const panelWidth = 320;
const rowHeight = 20;
const labels = 124;
const figures = 52;

/** @param {import('./bench.mjs').Contest} measured */
export function contestPlot(measured) {
  const panels = panelsOf(measured);
  const rows = Math.max(0, ...panels.map(({ bars }) => bars.length));
  const height = 40 + rows * rowHeight + 12;
  const shapes = panels.flatMap((panel, at) => panelShapes(panel, 12 + at * panelWidth));
  return drawing(
    12 + panels.length * panelWidth,
    height,
    'pgm beside its peers; shorter is faster',
    shapes,
  );
}

/** @param {import('./bench.mjs').Contest} measured @returns {readonly Panel[]} */
function panelsOf({ corpora }) {
  /** @type {readonly (readonly [string, 'fresh' | 'again', string])[]} */
  const wanted = [
    ['A', 'fresh', 'fresh'],
    ['C', 'fresh', 'fresh'],
    ['C', 'again', 'nothing to do'],
  ];
  return wanted.flatMap(([letter, run, words]) => {
    const corpus = corpora.find((one) => one.letter === letter);
    if (corpus === undefined) return [];
    const bars = corpus.results.flatMap(({ contestant, kind, [run]: figures }) =>
      figures === null ? [] : [{ name: contestant, kind, ms: figures.ms }],
    );
    return [{ title: `${corpus.title}, ${words}`, bars: bars.sort((a, b) => a.ms - b.ms) }];
  });
}

/** @param {Panel} panel @param {number} left */
function panelShapes({ title, bars }, left) {
  const longest = Math.max(...bars.map(({ ms }) => ms));
  const room = panelWidth - labels - figures - 12;
  const rows = bars.flatMap(({ name, kind, ms }, at) => {
    const top = 36 + at * rowHeight;
    const width = Math.max(1, (ms / longest) * room);
    const bold = kind === 'pgm';
    return [
      text(left + labels - 6, top + 14, name, { anchor: 'end', bold }),
      bar(left + labels, top + 3, width, rowHeight - 6, colours[kind]),
      text(left + labels + width + 6, top + 14, duration(ms), { bold }),
    ];
  });
  return [text(left, 20, title, { bold: true }), ...rows];
}

/** `84 ms`, `1.2 s` @param {number} ms */
function duration(ms) {
  return ms < 1_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
