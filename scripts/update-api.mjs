/**
 * Writes docs/api.md from the declarations of the build and their comments; with `--check` it only says whether the page is
 * up to date, and exits with 1 if it is not. Build first.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { apiPage } from './docs/api-page.mjs';

const usage = 'usage: node scripts/update-api.mjs [--check]';
const [argument, ...rest] = process.argv.slice(2);
if (rest.length > 0 || ![undefined, '--check'].includes(argument)) end(2, usage);

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const entry = join(root, 'dist/index.d.ts');
const page = join(root, 'docs/api.md');
if (!existsSync(entry)) end(2, `${entry} is missing: run npm run build first`);
const options = await resolveConfig(page);
const text = await format(apiPage(entry), { ...options, filepath: page });
if (existsSync(page) && readFileSync(page, 'utf8') === text) end(0, 'docs/api.md is up to date');
if (argument === '--check') end(1, 'docs/api.md is stale: run npm run build && npm run docs');
writeFileSync(page, text);
end(0, 'docs/api.md was rewritten');

function end(code, message) {
  (code === 0 ? process.stdout : process.stderr).write(`${message}\n`);
  process.exit(code);
}
