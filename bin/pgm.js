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

const answer = answerAtOnce(process.argv.slice(2));
if (answer === null) require('./program.js').start();
else process.stdout.write(answer);
