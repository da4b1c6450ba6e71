/** One running `pgm watch`, and its JSON log. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { surroundings } from './run-program.mjs';

/**
 * @typedef {import('./stages.mjs').LogLine & Readonly<Record<string, unknown>>} LogLine
 *
 * @typedef {object} WatchingPgm
 * @property {(isIt: (line: LogLine) => boolean, withinMs: number) => Promise<void>} logged Settles when such a line is there.
 * @property {() => readonly LogLine[]} take What was logged since it was last asked.
 * @property {() => Promise<void>} stop
 */

/**
 * @param {string} program @param {{ readonly directory: string, readonly url: string }} place
 * @returns {Promise<WatchingPgm>} The caller stops it.
 */
export async function startWatching(program, { directory, url }) {
  const port = String(await freePort());
  const args = ['watch', '--dir', directory, '--health-port', port, '--verbose', '--log-format'];
  const child = spawn(process.execPath, [program, ...args, 'json'], {
    env: { ...surroundings(), DATABASE_URL: url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const over = once(child, 'exit');
  /** @type {LogLine[]} */
  let log = [];
  let onLine = () => {};
  createInterface(child.stdout).on('line', (line) => {
    log.push(JSON.parse(line));
    onLine();
  });
  return {
    logged: (isIt, withinMs) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          const [last] = log.slice(-1);
          reject(
            new Error(
              `pgm watch did not come to it in ${withinMs / 1_000} s: ${JSON.stringify(last)}`,
            ),
          );
        }, withinMs);
        onLine = () => {
          if (!log.some(isIt)) return;
          clearTimeout(late);
          resolve();
        };
        onLine();
      }),
    take: () => {
      const taken = log;
      log = [];
      return taken;
    },
    stop: async () => {
      child.kill('SIGKILL');
      await over;
    },
  };
}

/** A port that was free a moment ago. */
async function freePort() {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  return port;
}
