/** `node bench/lint.mjs [--publish]`: what pgm lint and its peers find in bench/lint/cases. See docs/lint-peers.md. */
import { installContestants } from './lib/install.mjs';

/** @param {string} line */
const say = (line) => process.stderr.write(`${line}\n`);

try {
  installContestants(say);
  const { compareLinters } = await import('./lib/lint-contest.mjs');
  const table = compareLinters(say);
  process.stdout.write(`${table}\n`);
  if (process.argv.includes('--publish')) {
    const { publishLinters } = await import('./lib/publish.mjs');
    publishLinters(table, say);
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
