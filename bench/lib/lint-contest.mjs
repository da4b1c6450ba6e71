/** Hazards × linters: which of them distinguish the dangerous file from its safe twin. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { linters } from './linters.mjs';

const directory = fileURLToPath(new URL('../lint/cases/', import.meta.url));

/** @param {(line: string) => void} say @returns {string} */
export function compareLinters(say) {
  const all = linters();
  const cases = readdirSync(directory).sort();
  const rows = cases.map((name) => {
    const cells = all.map((linter) => measured(linter, name, say));
    return { hazard: name.replace(/^\d+-/, '').replaceAll('-', ' '), cells };
  });
  const sums = all.map((_, at) => sumOf(rows.map(({ cells }) => cells[at] ?? nothing)));
  return [
    line(['hazard', ...all.map(({ name, version }) => `${name} ${version}`)]),
    line(['---', ...all.map(() => '---')]),
    ...rows.map(({ hazard, cells }) => line([hazard, ...cells.map(words)])),
    line([`of ${cases.length}`, ...sums]),
  ].join('\n');
}

/** @typedef {{ readonly isFound: boolean, readonly isAlike: boolean, readonly alarms: number }} Cell */

/** @type {Cell} */
const nothing = { isFound: false, isAlike: false, alarms: 0 };

/**
 * Found: a rule finds something in the dangerous file that finds nothing in its twin. What pgm
 * sets by itself does not count.
 * @param {import('./linters.mjs').Linter} linter @param {string} name @param {(line: string) => void} say
 * @returns {Cell}
 */
function measured({ name: linter, rulesIn }, name, say) {
  const [dangerous, safe] = ['dangerous', 'safe'].map((twin) =>
    rulesIn(`${directory}${name}/${twin}.sql`).filter((rule) => !setByPgm.test(rule)),
  );
  say(`${name} ${linter}: ${listed(dangerous)} | ${listed(safe)}`);
  const isFound = (dangerous ?? []).some((rule) => safe?.includes(rule) !== true);
  const isAlike = !isFound && (dangerous ?? []).length > 0;
  return { isFound, isAlike, alarms: safe?.length ?? 0 };
}

/** Time-outs, and the name of the session. */
const setByPgm = /time-?out|application-name/i;

/** @param {readonly string[] | undefined} rules */
function listed(rules) {
  return rules === undefined || rules.length === 0 ? '–' : rules.join(', ');
}

/** @param {Cell} cell */
function words({ isFound, isAlike, alarms }) {
  if (isAlike) return 'the same of both';
  if (alarms === 0) return isFound ? 'found' : '–';
  return isFound ? 'found, false alarm' : 'false alarm';
}

/** @param {readonly Cell[]} cells */
function sumOf(cells) {
  const found = cells.filter(({ isFound }) => isFound).length;
  const alarms = cells.filter((cell) => cell.alarms > 0).length;
  return `**${found} found, ${alarms} false alarms**`;
}

/** @param {readonly string[]} cells */
function line(cells) {
  return `| ${cells.join(' | ')} |`;
}
