/** The contestants take turns at one corpus, and every result is checked. */
import { writeFormat } from './formats.mjs';
import { runProgram } from './run-program.mjs';
import { ask, createDatabase, dropDatabase } from './server.mjs';
import { median, rotated } from './statistics.mjs';
import { makeTemporary, removeTemporary } from './temporary.mjs';

/**
 * @typedef {import('./contestants.mjs').Contestant} Contestant
 * @typedef {import('./corpora.mjs').Corpus} Corpus
 * @typedef {import('./server.mjs').BenchServer} BenchServer
 *
 * @typedef {object} Figures Medians over the rounds.
 * @property {number} ms
 * @property {number | null} peakMiB
 * @property {readonly number[]} all Milliseconds, in the order of the rounds.
 *
 * @typedef {object} Result
 * @property {string} contestant
 * @property {Contestant['kind']} kind
 * @property {boolean} onNode
 * @property {Figures | null} fresh
 * @property {Figures | null} again
 * @property {string | null} problem Why there are no figures; then it is not tried again.
 * @property {boolean} wrong The problem is a wrong outcome, not a refusal.
 */

/**
 * Writes each format once and returns the place of a contestant's files. @param {Corpus} corpus @param {readonly
 * Contestant[]} contestants
 */
export function layOut(corpus, contestants) {
  const home = makeTemporary('pgm-corpus-');
  /** @type {Map<string, string>} */
  const places = new Map();
  for (const { format } of contestants) {
    if (!places.has(format)) places.set(format, writeFormat(corpus, format, home));
  }
  return {
    /** @param {Contestant} contestant */
    directoryOf: ({ format }) => /** @type {string} */ (places.get(format)),
    remove: () => removeTemporary(home),
  };
}

/**
 * @param {BenchServer} server @param {Corpus} corpus @param {readonly Contestant[]} contestants
 * @param {{ readonly rounds: number, readonly limitMs: number, readonly say: (line: string) => void }} how
 * @returns {Promise<readonly Result[]>}
 */
export async function contest(server, corpus, contestants, { rounds, limitMs, say }) {
  const layout = layOut(corpus, contestants);
  try {
    const expected = await reference(server, corpus, contestants, layout, limitMs);
    const entries = contestants.map((contestant) => new Entry(contestant));
    for (let round = 0; round < rounds; round += 1) {
      for (const entry of rotated(entries, round)) {
        if (entry.problem !== null) continue;
        const directory = layout.directoryOf(entry.contestant);
        await entry.takeTurn(server, { corpus, round, directory, expected, limitMs });
        if (entry.problem !== null) say(`  ${entry.contestant.name}: ${entry.problem}`);
      }
      say(`  ${corpus.label}: round ${round + 1} of ${rounds} done`);
    }
    return entries.map((entry) => entry.result());
  } finally {
    layout.remove();
  }
}

/**
 * The result of the check once everything is applied, by the simplest contestant.
 * @param {BenchServer} server @param {Corpus} corpus @param {readonly Contestant[]} contestants
 * @param {ReturnType<typeof layOut>} layout @param {number} limitMs
 */
async function reference(server, corpus, contestants, layout, limitMs) {
  const floor = contestants.find(({ kind }) => kind === 'floor');
  if (floor === undefined) throw new Error('a floor has to take part: it gives the right result');
  const name = `${databaseFor(floor)}_${corpus.letter}_right`.toLowerCase();
  await createDatabase(server, name, corpus.prepare);
  const place = { corpus, directory: layout.directoryOf(floor), target: server.target(name) };
  const ran = await runProgram(floor.fresh(place), limitMs);
  if (ran.kind === 'failed')
    throw new Error(`${floor.name} cannot apply ${corpus.label}: ${ran.reason}`);
  const expected = await ask(server, name, corpus.check);
  if (corpus.isLarge) await dropDatabase(server, name);
  return /** @type {string} */ (expected);
}

/** @param {Contestant} contestant */
export function databaseFor({ name }) {
  return `bench_${name.replaceAll(/[^a-z]+/g, '_')}`;
}

/** One contestant at one corpus. */
class Entry {
  /** @type {import('./run-program.mjs').Ran[]} */
  #fresh = [];
  /** @type {import('./run-program.mjs').Ran[]} */
  #again = [];
  /** @type {string | null} */
  problem = null;
  #wrong = false;

  /** @param {Contestant} contestant */
  constructor(contestant) {
    this.contestant = contestant;
  }

  /**
   * On a fresh database: everything, then nothing to do. The database stays until the server is removed: after thousands of
   * files were deleted, ext4 searches for free inodes for minutes, which took half of B.
   * @param {BenchServer} server
   * @param {{ readonly corpus: Corpus, readonly round: number, readonly directory: string, readonly expected: string,
   * readonly limitMs: number }} turn
   */
  async takeTurn(server, { corpus, round, directory, expected, limitMs }) {
    const { fresh, again } = this.contestant;
    const name = `${databaseFor(this.contestant)}_${corpus.letter}_${round}`.toLowerCase();
    await createDatabase(server, name, corpus.prepare);
    const place = { corpus, directory, target: server.target(name) };
    const check = async () => this.#compare(expected, await ask(server, name, corpus.check));
    await this.#run(fresh(place), this.#fresh, limitMs, check);
    if (again !== null && this.problem === null) {
      await this.#run(again(place), this.#again, limitMs, check);
    }
    if (corpus.isLarge) await dropDatabase(server, name);
  }

  /**
   * @param {import('./contestants.mjs').Command} command @param {import('./run-program.mjs').Ran[]} into
   * @param {number} limitMs @param {() => Promise<void>} check
   */
  async #run(command, into, limitMs, check) {
    const ran = await runProgram(command, limitMs);
    if (ran.kind === 'failed') {
      this.problem = ran.reason;
      this.#wrong = this.contestant.kind === 'pgm';
      return;
    }
    into.push(ran);
    await check();
  }

  /** @param {string} expected @param {string | null} found */
  async #compare(expected, found) {
    if (found === expected) return;
    this.problem = `wrong result: ${found ?? 'nothing'}; right is ${expected}`;
    this.#wrong = true;
  }

  /** @returns {Result} */
  result() {
    const { name, kind, onNode } = this.contestant;
    const { problem } = this;
    const whole = problem === null;
    return {
      contestant: name,
      kind,
      onNode,
      problem,
      wrong: this.#wrong,
      fresh: whole ? figuresOf(this.#fresh) : null,
      again: whole && this.#again.length > 0 ? figuresOf(this.#again) : null,
    };
  }
}

/** @param {readonly import('./run-program.mjs').Ran[]} runs @returns {Figures} */
function figuresOf(runs) {
  const peaks = runs.flatMap(({ peakMiB }) => peakMiB ?? []);
  const all = runs.map(({ ms }) => ms);
  return { ms: median(all), peakMiB: peaks.length === 0 ? null : median(peaks), all };
}
