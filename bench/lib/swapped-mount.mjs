/** A mount that is swapped repeatedly, and the `pgm watch` that applies what is new in it. */
import { join } from 'node:path';
import { fromTests } from './from-tests.mjs';
import { createDatabase, rowsOf } from './server.mjs';
import { stagesOf } from './stages.mjs';
import { makeTemporary, removeTemporary } from './temporary.mjs';
import { startWatching } from './watching-pgm.mjs';

/**
 * @typedef {import('./server.mjs').BenchServer} BenchServer
 * @typedef {import('../../test/support/kubelet.js').Kubelet} Kubelet
 * @typedef {import('../../test/support/kubelet.js').Payload} Payload
 *
 * @typedef {object} Swap
 * @property {number} ms From the rename of `..data` to the commit.
 * @property {Readonly<Partial<Record<string, number>>>} stages Milliseconds from the rename until each was logged.
 *
 * @typedef {object} Parts
 * @property {BenchServer} server
 * @property {string} database
 * @property {string} home
 * @property {Kubelet} kubelet
 * @property {Payload} files
 * @property {import('./watching-pgm.mjs').WatchingPgm} pgm
 * @property {number} limitMs For one swap.
 */

/**
 * On a database of its own. The server has to keep the time of each commit.
 * @param {BenchServer} server
 * @param {{ readonly program: string, readonly database: string, readonly limitMs: number }} options
 * @returns {Promise<SwappedMount>} The caller closes it.
 */
export async function openMount(server, { program, database, limitMs }) {
  const { Kubelet } = /** @type {typeof import('../../test/support/kubelet.js')} */ (
    await fromTests('support/kubelet.ts')
  );
  const { mountedFiles: files } =
    /** @type {typeof import('../../test/support/mounted-files.js')} */ (
      await fromTests('support/mounted-files.ts')
    );
  await createDatabase(server, database, 'create table applied (swap int not null)');
  const home = makeTemporary('pgm-swaps-');
  const kubelet = Kubelet.mount(join(home, 'mount'), files);
  const { url } = server.target(database);
  const pgm = await startWatching(program, { directory: kubelet.directory, url });
  return new SwappedMount({ server, database, home, kubelet, files, pgm, limitMs });
}

class SwappedMount {
  #parts;
  /** The files that were swapped in. @type {Record<string, string>} */
  #added = {};
  /** @type {{ readonly at: number, readonly stages: Swap['stages'] }[]} */
  #swaps = [];

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Settles when everything in the initial mount is applied. */
  async start() {
    const { pgm, limitMs } = this.#parts;
    await pgm.logged((line) => line.event === 'run-finished', limitMs);
    pgm.take();
  }

  /** Swaps one more file in; settles when pgm has reported that it is done. */
  async swap() {
    const { kubelet, files, pgm, limitMs } = this.#parts;
    const number = this.#swaps.length;
    const key = `c_${String(number).padStart(4, '0')}_x.sql`;
    this.#added[key] = `insert into applied values (${number});\n`;
    const generation = kubelet.swap({ ...files, ...this.#added });
    const { swappedAt } = kubelet;
    /** @param {import('./watching-pgm.mjs').LogLine} line */
    const isDone = (line) => line.event === 'run-finished' && line['generation'] === generation;
    await pgm.logged(isDone, limitMs);
    this.#swaps.push({ at: swappedAt, stages: stagesOf(pgm.take(), swappedAt) });
  }

  /**
   * Of all swaps, in their order. Server and kubelet share one clock, and the server keeps when each row was committed.
   * Throws unless every file was applied once.
   * @returns {Promise<readonly Swap[]>}
   */
  async measured() {
    const committedAt = await this.#committedAt();
    return this.#swaps.map(({ at, stages }, n) => ({ ms: (committedAt[n] ?? NaN) - at, stages }));
  }

  async #committedAt() {
    const { server, database } = this.#parts;
    const rows = await rowsOf(
      server,
      database,
      `select swap, extract(epoch from pg_xact_commit_timestamp(xmin))::float8 * 1000 as at
from applied order by swap`,
    );
    const found = rows.map(([swap]) => Number(swap));
    const right = this.#swaps.map((_, n) => n);
    if (found.join() !== right.join()) {
      throw new Error(`wrong result: applied are ${found.join()}; right is ${right.join()}`);
    }
    return rows.map(([, at]) => Number(at));
  }

  async close() {
    const { pgm, home } = this.#parts;
    await pgm.stop();
    removeTemporary(home);
  }
}
