#!/usr/bin/env node
'use strict';

/** What is asked most needs nothing of the program: answered before anything is imported. */
function answerAtOnce([only, ...rest]) {
  if (rest.length > 0) return null;
  if (only === '--version' || only === '-V') return `${require('../package.json').version}\n`;
  const asksHelp = only === '--help' || only === '-h';
  // Made at build time for 80 columns; on a terminal of another width the program breaks the lines itself.
  const fits = (process.stdout.columns ?? 80) === 80;
  return asksHelp && fits ? require('node:fs').readFileSync(`${__dirname}/../dist/help.txt`) : null;
}

function print(answer) {
  process.stdout.on('error', ({ code }) => {
    process.stderr.write(`pgm: could not write to stdout (${code})\n`);
    process.exitCode = 1;
  });
  process.stdout.write(answer);
}

function start() {
  // With a listener, Node does not open its inspector, through which others on this machine could read the password.
  process.on('SIGUSR1', () => undefined);
  // By this path, and without a word, manifests start the program that pgm replaces.
  const [, path = '', ...words] = process.argv;
  if (words.length === 0 && path.endsWith('/postgres-manager')) process.argv.push('watch');
  // Made with the image for its user, who may only read it; anywhere else nothing is kept.
  const cache = `${__dirname}/../dist/compile-cache-${process.getuid?.()}`;
  if (require('node:fs').existsSync(cache)) require('node:module').enableCompileCache?.(cache);
  require('../dist/pgm/main.cjs');
}

/** What a shell asks while somebody types: a small program of its own. */
function completes([command, flag]) {
  return command === 'completion' && flag === '--complete';
}

const answer = answerAtOnce(process.argv.slice(2));
if (completes(process.argv.slice(2))) require('../dist/pgm/complete.cjs');
else if (answer === null) start();
else print(answer);
