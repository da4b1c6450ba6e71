/**
 * Counts the files that one `pgm migrate` of a single one-line file enters, on a database that exists and has no history:
 *
 *   node scripts/count-entered.mjs [DATABASE_URL]
 *
 * Without a URL it starts a throw-away PostgreSQL. Needs a build.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const dist = new URL('../dist/', import.meta.url);

/**
 * The files below `dist` in which V8 saw a function run, sorted. The top level of a module is not a function: a file that is
 * only loaded was not entered. Throws if the run fails.
 */
export async function enteredFiles(databaseUrl) {
  const directory = mkdtempSync(join(tmpdir(), 'pgm-entered-'));
  try {
    const migrations = join(directory, 'migrations');
    mkdirSync(join(migrations, 'public'), { recursive: true });
    writeFileSync(join(migrations, 'public/001_t.sql'), 'create table t (id int);\n');
    const coverage = join(directory, 'coverage');
    await migrate(migrations, databaseUrl, coverage);
    return filesIn(coverage);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The compiled modules, not the bundle. */
async function migrate(migrations, databaseUrl, coverage) {
  const program = fileURLToPath(new URL('cli/main.js', dist));
  const { PATH, HOME } = process.env;
  await promisify(execFile)(process.execPath, [program, 'migrate', '--dir', migrations], {
    env: {
      PATH,
      HOME,
      DATABASE_URL: databaseUrl,
      // What is kept after the report of the run is not part of a file's path.
      PGM_CATALOG_TIMEOUT: '0',
      NODE_V8_COVERAGE: coverage,
      // Counts are not exact for functions that come from a cache.
      NODE_DISABLE_COMPILE_CACHE: '1',
    },
  });
}

function filesIn(coverage) {
  const scripts = readdirSync(coverage).flatMap(
    (name) => JSON.parse(readFileSync(join(coverage, name), 'utf8')).result,
  );
  const entered = scripts.filter(({ url, functions }) => {
    return url.startsWith(dist.href) && functions.some(ran);
  });
  return [...new Set(entered.map(({ url }) => url.slice(dist.href.length)))].sort();
}

/** A function without a name that starts where the file starts is the module itself. */
function ran({ functionName, ranges: [{ startOffset, count }] }) {
  return count > 0 && !(functionName === '' && startOffset === 0);
}

async function withThrowAwayServer(use) {
  const { startEmbeddedPostgres } = await import(new URL('embedded/start.js', dist));
  const server = await startEmbeddedPostgres({
    directory: null,
    preferredPort: null,
    user: 'postgres',
    password: 'throw-away',
  });
  try {
    return await use(`postgresql://postgres:throw-away@${server.host}:${server.port}/postgres`);
  } finally {
    await server.stop();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , databaseUrl] = process.argv;
  const entered = await (databaseUrl === undefined
    ? withThrowAwayServer(enteredFiles)
    : enteredFiles(databaseUrl));
  process.stdout.write([`${entered.length} files entered`, ...entered, ''].join('\n'));
}
