/** `npm run bench`: pgm and its peers. See docs/benchmarks.md. */
import { installContestants } from './lib/install.mjs';
import { parseOptions, usage } from './lib/options.mjs';

/** @param {string} line */
const say = (line) => process.stderr.write(`${line}\n`);

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(`${usage}\n`);
  } else {
    installContestants(say);
    // Needs what was just installed.
    const { bench } = await import('./lib/bench.mjs');
    process.exitCode = (await bench(options, say)) ? 0 : 1;
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  say('npm run bench -- --help lists the options.');
  process.exitCode = 2;
}
