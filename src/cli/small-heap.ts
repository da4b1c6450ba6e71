import { setFlagsFromString } from 'node:v8';

/**
 * For a daemon that is idle for months beside a database: code is made smaller rather than faster. Together with
 * `setFlags` of `bin/program.js`, resident memory with 300 files, a first run and 30 changes with a scrape each:
 * 105 MiB without, 72 with (docs/measurements.md). To be called before much is loaded.
 */
export function keepCodeSmall(): void {
  setFlagsFromString('--optimize-for-size');
}

/**
 * PostgreSQL's grammar is WebAssembly, which V8 compiles quickly at first and then once more behind our back, for speed that
 * the few files of a run never repay: the project's own migrations take 142 MiB with the second time and 89 without, in the
 * same time. To be called before the grammar is loaded.
 */
export function keepGrammarSmall(): void {
  setFlagsFromString('--liftoff-only');
}
