/** What a command costs before it does anything: its version and its help, compared with an empty Node. */
import { runProgram } from './run-program.mjs';
import { median, rotated } from './statistics.mjs';

/**
 * @typedef {object} StartUp
 * @property {string} contestant
 * @property {'node' | 'version' | 'help'} word
 * @property {number} ms
 * @property {number | null} peakMiB
 */

/**
 * @param {readonly import('./contestants.mjs').Contestant[]} contestants @param {number} rounds
 * @returns {Promise<readonly StartUp[]>}
 */
export async function measureStartUp(contestants, rounds) {
  const lines = commandLines(contestants).map((line) => ({
    ...line,
    runs: /** @type {import('./run-program.mjs').Ran[]} */ ([]),
  }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { command, runs } of rotated(lines, round)) {
      const [file = '', ...args] = command;
      const ran = await runProgram({ file, args, env: {} }, 10_000);
      if (ran.kind === 'ran') runs.push(ran);
    }
  }
  return lines
    .filter(({ runs }) => runs.length === rounds)
    .map(({ contestant, word, runs }) => {
      const peaks = runs.flatMap(({ peakMiB }) => peakMiB ?? []);
      const peakMiB = peaks.length === 0 ? null : median(peaks);
      return { contestant, word, ms: median(runs.map(({ ms }) => ms)), peakMiB };
    });
}

/**
 * @param {readonly import('./contestants.mjs').Contestant[]} contestants
 * @returns {{ readonly contestant: string, readonly word: StartUp['word'], readonly command: readonly string[] }[]}
 */
function commandLines(contestants) {
  const own = contestants.flatMap(({ name, words }) => {
    if (words === null) return [];
    const help = { contestant: name, word: /** @type {const} */ ('help'), command: words.help };
    const { version } = words;
    return version === null
      ? [help]
      : [{ contestant: name, word: /** @type {const} */ ('version'), command: version }, help];
  });
  return [
    { contestant: 'node -e 0', word: 'node', command: [process.execPath, '-e', '0'] },
    ...own,
  ];
}
