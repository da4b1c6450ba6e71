/** Puts what was measured where readers find it: between markers of the pages, and as pictures beside them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { contestPlot } from './contest-plot.mjs';
import { growthPlot } from './growth-plot.mjs';
import { contestReport, growthReport } from './report.mjs';

/** @param {string} path */
const inRoot = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** @param {import('./bench.mjs').Contest} measured @param {(line: string) => void} say */
export function publishContest(measured, say) {
  write('docs/speed.svg', contestPlot(measured), say);
  insert('docs/benchmarks.md', 'contest', contestReport(measured), say);
}

/** @param {import('./report.mjs').MeasuredGrowth} measured @param {(line: string) => void} say */
export function publishGrowth(measured, say) {
  write('docs/growth.svg', growthPlot(measured), say);
  insert('docs/benchmarks.md', 'growth', growthReport(measured), say);
}

/** @param {string} table @param {(line: string) => void} say */
export function publishLinters(table, say) {
  insert('docs/lint-peers.md', 'linters', table, say);
}

/** @param {string} path @param {string} part @param {string} content @param {(line: string) => void} say */
function insert(path, part, content, say) {
  const before = readFileSync(inRoot(path), 'utf8');
  const [start, end] = [`<!-- measured: ${part} -->`, `<!-- end: ${part} -->`];
  const [from, to] = [before.indexOf(start), before.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`${path} has no place between ${start} and ${end}`);
  const after = `${before.slice(0, from)}${start}\n\n${content}\n\n${before.slice(to)}`;
  write(path, after, say);
}

/** @param {string} path @param {string} content @param {(line: string) => void} say */
function write(path, content, say) {
  writeFileSync(inRoot(path), content);
  say(`wrote ${path}`);
}
