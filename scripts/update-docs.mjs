/**
 * Rewrites the generated parts of the README; with `--check` it only says whether they are up to date, and exits with 1
 * when they are not. Reads the build in dist/: build first.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { differingParts, withGeneratedParts } from './docs/generated-parts.mjs';
import { helpBlock } from './docs/help.mjs';
import { optionsTable } from './docs/options-table.mjs';

const usage = 'usage: node scripts/update-docs.mjs [--check]';
const [argument, ...rest] = process.argv.slice(2);
if (rest.length > 0 || ![undefined, '--check'].includes(argument)) end(2, usage);

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const readme = join(root, 'README.md');
const before = readFileSync(readme, 'utf8');
const parts = await generate();
const after = insert();
if (after === before) end(0, 'README.md is up to date');
if (argument === '--check') {
  const stale = differingParts(before, after, parts).join(', ');
  end(1, `README.md is stale (${stale}): run npm run build && node scripts/update-docs.mjs`);
}
writeFileSync(readme, after);
end(0, 'README.md was rewritten');

async function generate() {
  const { allOptions } = await built('cli/config/options.js');
  const words = await built('cli/config/option.js');
  const { declare } = await built('cli/program.js');
  return {
    help: helpBlock(declare(() => undefined)),
    options: optionsTable(allOptions(), words),
  };
}

async function built(path) {
  const file = join(root, 'dist', path);
  if (!existsSync(file)) end(2, `${file} is missing: run npm run build first`);
  return import(pathToFileURL(file).href);
}

function insert() {
  try {
    return withGeneratedParts(before, parts);
  } catch (error) {
    return end(2, `README.md: ${error.message}`);
  }
}

function end(exitCode, sentence) {
  (exitCode === 0 ? process.stdout : process.stderr).write(`${sentence}\n`);
  process.exit(exitCode);
}
