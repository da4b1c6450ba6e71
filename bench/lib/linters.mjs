/** pgm lint and its peers, each told that a file is one transaction and that time-outs are set, as far as it can be told. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Linter
 * @property {string} name
 * @property {string} version
 * @property {(path: string) => readonly string[]} rulesIn The rules that find something in the file.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const modules = join(root, 'bench/node_modules');

/** @returns {readonly Linter[]} */
export function linters() {
  return [
    { name: 'pgm', version: versionIn(root), rulesIn: pgm },
    { name: 'squawk', version: versionOf('@squawk-cli/linux-x64'), rulesIn: squawk },
    { name: 'pgfence', version: versionOf('@flvmnt/pgfence'), rulesIn: pgfence },
    {
      name: 'postgres-language-server',
      version: versionOf('@postgres-language-server/cli-x86_64-linux-gnu'),
      rulesIn: languageServer,
    },
  ];
}

/** @param {string} path */
function pgm(path) {
  return within((directory) => {
    mkdirSync(join(directory, 'public'));
    writeFileSync(join(directory, 'public/001_case.sql'), readFileSync(path));
    const program = join(root, 'bin/pgm.js');
    const args = [program, 'lint', '--dir', directory, '--format', 'json', '--postgres', '14'];
    const { files } = JSON.parse(outputOf(process.execPath, args, directory));
    return files.flatMap((/** @type {{ findings: { rule: string }[] }} */ { findings }) =>
      findings.map(({ rule }) => rule),
    );
  });
}

/** @param {string} path */
function squawk(path) {
  const transaction = runsAlone(path) ? [] : ['--assume-in-transaction'];
  const args = ['--reporter', 'json', '--pg-version', '14', ...transaction, path];
  const found = JSON.parse(outputOf(join(modules, '@squawk-cli/linux-x64/bin/squawk'), args, root));
  return found.map((/** @type {{ rule_name: string }} */ each) => each.rule_name);
}

/** @param {string} path */
function pgfence(path) {
  const settings = ['--no-lock-timeout', '--no-statement-timeout', '--min-pg-version', '14'];
  const args = ['analyze', '--format', 'sql', '--output', 'json', ...settings, path];
  const { results } = JSON.parse(outputOf(join(modules, '.bin/pgfence'), args, root));
  return results.flatMap(
    (/** @type {Record<'checks' | 'policyViolations', { ruleId: string }[] | undefined>} */ file) =>
      [...(file.checks ?? []), ...(file.policyViolations ?? [])].map(({ ruleId }) => ruleId),
  );
}

/** With every rule that it has. @param {string} path */
function languageServer(path) {
  return within((directory) => {
    const config = { linter: { enabled: true, rules: { all: true } } };
    writeFileSync(join(directory, 'postgres-language-server.jsonc'), JSON.stringify(config));
    writeFileSync(join(directory, basename(path)), readFileSync(path));
    const args = ['check', '--disable-db', '--reporter=gitlab', basename(path)];
    const text = outputOf(
      join(modules, '@postgres-language-server/cli-x86_64-linux-gnu/postgres-language-server'),
      args,
      directory,
    );
    const found = JSON.parse(text.slice(text.indexOf('['), text.lastIndexOf(']') + 1));
    return found.map((/** @type {{ check_name: string }} */ each) => each.check_name);
  });
}

/** Whether pgm runs it outside of a transaction. @param {string} path */
function runsAlone(path) {
  return /pgm:no-transaction|^\S+ INDEX CONCURRENTLY|^VACUUM/m.test(readFileSync(path, 'utf8'));
}

/** @template T @param {(directory: string) => T} use */
function within(use) {
  const directory = mkdtempSync(join(tmpdir(), 'lint-'));
  try {
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * A linter that has found something ends with its own exit code. @param {string} file @param {readonly string[]} args @param
 * {string} cwd
 */
function outputOf(file, args, cwd) {
  const { stdout, stderr, error } = spawnSync(file, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, DO_NOT_TRACK: '1', NO_COLOR: '1' },
  });
  if (error !== undefined) throw error;
  if (stdout.trim() === '') throw new Error(`${basename(file)} printed nothing: ${stderr}`);
  return stdout;
}

/** @param {string} name */
function versionOf(name) {
  return versionIn(join(modules, name));
}

/** @param {string} directory @returns {string} */
function versionIn(directory) {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')).version;
}
