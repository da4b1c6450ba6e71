/**
 * Rewrites the generated parts of the pages; with `--check` it only says whether they are up to date, and exits with 1 if
 * they are not. Reads the build in dist/: build first.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { withGeneratedParts } from './docs/generated-parts.mjs';
import { helpBlock } from './docs/help.mjs';
import { rulePage, rulesTables } from './docs/lint-rules.mjs';
import { locksTable } from './docs/locks-table.mjs';
import { optionsTable } from './docs/options-table.mjs';

const usage = 'usage: node scripts/update-docs.mjs [--check]';
const [argument, ...rest] = process.argv.slice(2);
if (rest.length > 0 || ![undefined, '--check'].includes(argument)) end(2, usage);

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const partsOf = await generate();
const pages = [...['README.md', ...docs()].map(page), ...(await rulePages())];
const stale = pages.filter(({ before, after }) => after !== before);
if (argument === '--check' && stale.length > 0)
  end(1, stale.map(({ path }) => `${path} is stale: run npm run build && npm run docs`).join('\n'));
mkdirSync(join(root, 'docs/lint'), { recursive: true });
for (const { path, after } of stale) {
  if (after === null) rmSync(join(root, path));
  else writeFileSync(join(root, path), after);
}
end(
  0,
  stale.length === 0
    ? 'the pages are up to date'
    : stale.map(({ path }) => `${path} was rewritten`).join('\n'),
);

/** The parts that each page must have. A page that is not named here must have none. */
async function generate() {
  const { commands } = await built('cli/list.js');
  const table = await built('cli/config/table/options.js');
  const { declare } = await built('cli/program.js');
  const locks = await built('core/proof/database/lock-modes.js');
  const { rules } = await built('lint/rules/list.js');
  const { lintFamilies } = await built('core/statements/rule-names.js');
  const measured = JSON.parse(readFileSync(join(root, 'docs/locks.json'), 'utf8'));
  const groups = [...new Set(measured.map(({ group }) => group))];
  return {
    'docs/commands.md': { help: helpBlock(declare(() => undefined)) },
    'docs/configuration.md': { options: optionsTable(commands, table) },
    'docs/lint.md': { rules: rulesTables(Object.values(rules), lintFamilies) },
    'docs/locks.md': Object.fromEntries(
      groups.map((group) => [group, locksTable(measured, group, locks)]),
    ),
  };
}

async function built(path) {
  const file = join(root, 'dist', path);
  if (!existsSync(file)) end(2, `${file} is missing: run npm run build first`);
  return import(pathToFileURL(file).href);
}

/** The pages in docs/, and those that should be there. */
function docs() {
  const found = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  return [...new Set([...Object.keys(partsOf), ...found.map((name) => `docs/${name}`)])];
}

/** A page for each rule of lint; `after` is null if the rule is gone. */
async function rulePages() {
  const { rules } = await built('lint/rules/list.js');
  const { exampleText } = await built('core/lint/rule-text.js');
  const directory = join(root, 'docs/lint');
  const found = existsSync(directory) ? readdirSync(directory) : [];
  const wanted = new Map(
    Object.values(rules).map((rule) => [`${rule.name}.md`, rulePage(rule, exampleText)]),
  );
  return [...new Set([...wanted.keys(), ...found])].map((name) => ({
    path: `docs/lint/${name}`,
    before: found.includes(name) ? readFileSync(join(directory, name), 'utf8') : '',
    after: wanted.get(name) ?? null,
  }));
}

function page(path) {
  try {
    const before = readFileSync(join(root, path), 'utf8');
    return { path, before, after: withGeneratedParts(before, partsOf[path] ?? {}) };
  } catch (error) {
    return end(2, `${path}: ${error.message}`);
  }
}

function end(exitCode, text) {
  (exitCode === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exit(exitCode);
}
