import { createInterface } from 'node:readline';
import type { EmbeddedOptions } from '../../src/core/embedded.js';
import { startEmbeddedPostgres } from '../../src/embedded/start.js';

/**
 * A pgm of its own for the tests that kill one: starts a server with the options in its first argument, writes each
 * event, and `running` or `refused`, as a line of JSON, and stops on the word `stop`, at the end of its input or on
 * SIGINT.
 */
const options = JSON.parse(process.argv[2] ?? '{}') as EmbeddedOptions;

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

try {
  const server = await startEmbeddedPostgres({ ...options, onEvent: say });
  const stop = async (): Promise<void> => {
    await server.stop();
    process.exit(0);
  };
  process.on('SIGINT', () => void stop());
  createInterface(process.stdin).on('line', () => void stop());
  say({ kind: 'running', ...server });
} catch (error) {
  const { name, message } = error as Error;
  say({ kind: 'refused', name, message });
}
