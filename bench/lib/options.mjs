/** The command line of the benchmark. */
import { parseArgs } from 'node:util';

/**
 * @typedef {object} Options
 * @property {boolean} short
 * @property {boolean} growth
 * @property {boolean} latency
 * @property {boolean} publish
 * @property {boolean} help
 * @property {readonly string[] | null} only Names of contestants; floors take part in any case.
 * @property {readonly string[]} corpora
 * @property {number | null} rounds
 * @property {number} limitMs For one process.
 */

export const usage = `usage: npm run bench -- [options]

  --short            small corpora and one round, for CI: fails on nothing but wrong results
  --growth           how cost grows with files and with runners, instead of the contest
  --latency          how long pgm watch takes from a swap of its mount to the row, and nothing else
  --publish          write what was measured into docs/
  --only pgm,dbmate  only these contestants, and the floors
  --corpora A,C      only these corpora of A, B, C, D and D2
  --rounds N         turns of each contestant (default 7 for A, 3 for the others)
  --limit SECONDS    how long one process may take (default 180)`;

const everyCorpus = 'A,B,C,D,D2';

/** Throws an error that says what is wrong. @param {readonly string[]} args @returns {Options} */
export function parseOptions(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      short: { type: 'boolean', default: false },
      growth: { type: 'boolean', default: false },
      latency: { type: 'boolean', default: false },
      publish: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      only: { type: 'string' },
      corpora: { type: 'string', default: everyCorpus },
      rounds: { type: 'string' },
      limit: { type: 'string', default: '180' },
    },
  });
  const { short, growth, latency, publish, help } = values;
  const isPart = short || latency || values.only !== undefined;
  if (publish && (isPart || values.corpora !== everyCorpus)) {
    throw new Error(
      'only the whole benchmark can be published: leave out --short, --latency, --only and --corpora',
    );
  }
  return {
    short,
    growth,
    latency,
    publish,
    help,
    only: values.only === undefined ? null : values.only.split(','),
    corpora: lettersIn(values.corpora),
    rounds: values.rounds === undefined ? null : count('rounds', values.rounds),
    limitMs: count('limit', values.limit) * 1_000,
  };
}

/** @param {string} text */
function lettersIn(text) {
  const letters = text.split(',');
  const unknown = letters.find((letter) => !everyCorpus.split(',').includes(letter));
  if (unknown !== undefined)
    throw new Error(`there is no corpus "${unknown}": give some of ${everyCorpus}`);
  return letters;
}

/** @param {string} name @param {string} text */
function count(name, text) {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} "${text}" is not a count: give a whole number above 0`);
}
