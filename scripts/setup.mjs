/**
 * Makes a fresh clone ready: installs the locked dependencies if they are missing or out of date, builds if a source is newer
 * than the last build. Does nothing, silently, if all is up to date.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const inRoot = (path) => join(root, path);
const changedAt = (path) => statSync(inRoot(path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

const oldest = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  fail(`pgm needs Node ${oldest.join('.')} or newer; this is Node ${process.versions.node}`);
}

if (!installed()) run('Installing dependencies', 'npm', ['ci', '--no-audit', '--no-fund']);
if (!built()) run('Building', process.execPath, [inRoot('scripts/build.mjs')]);

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** npm writes node_modules/.package-lock.json last. */
function installed() {
  if (!existsSync(inRoot('node_modules/.package-lock.json'))) return false;
  const packagesOf = (path) => JSON.parse(readFileSync(inRoot(path), 'utf8')).packages ?? {};
  const have = packagesOf('node_modules/.package-lock.json');
  const want = Object.entries(packagesOf('package-lock.json'));
  return want.every(([name, { version, optional }]) =>
    name === '' || optional ? true : have[name]?.version === version,
  );
}

function built() {
  if (!existsSync(inRoot('dist'))) return false;
  const stamp = changedAt('node_modules/.pgm-built');
  const sources = readdirSync(inRoot('src'), { recursive: true }).map((name) => `src/${name}`);
  const inputs = [...sources, 'tsconfig.json', 'package.json', 'scripts/build.mjs'];
  return inputs.every((path) => changedAt(path) <= stamp);
}

function run(what, command, args) {
  process.stderr.write(`${what} …\n`);
  const started = performance.now();
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (error || status !== 0) {
    fail(`${what} failed: ${error?.message ?? `${command} ended with ${status}`}`);
  }
  process.stderr.write(`${what} took ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}
