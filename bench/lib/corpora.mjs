/**
 * What is applied. Every corpus is a list of files in order; each contestant gets them in its own format (`formats.mjs`), and
 * `check` proves on the database that all of it was applied, once.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { longStatements, singleRows } from './large-files.mjs';

/**
 * @typedef {object} CorpusFile
 * @property {string} name Without a number in front and without `.sql`.
 * @property {string} sql
 *
 * @typedef {object} Corpus
 * @property {string} letter `A`; how it is called on a command line and in names of databases.
 * @property {string} label How it is called in tables.
 * @property {string} title
 * @property {number} count How many files.
 * @property {boolean} isLarge Its databases would fill a disk, so they are dropped after each run.
 * @property {string | null} tree A directory that pgm reads as it is; null: it gets the files like the others.
 * @property {() => Generator<CorpusFile>} files
 * @property {string} prepare SQL that runs before the clock does.
 * @property {string} check A query with one row and one column of text; its result after the reference run is the right one.
 */

const projectMigrations = fileURLToPath(new URL('../../migrations', import.meta.url));

/**
 * @typedef {object} Sizes
 * @property {number} B files
 * @property {number} C files
 * @property {number} D MiB of the one file, also that of D2
 */

/** @type {Sizes} */
export const fullSizes = { B: 1_000, C: 10_000, D: 50 };
/** @type {Sizes} */
export const shortSizes = { B: 20, C: 100, D: 1 };

/** @param {Sizes} sizes @returns {readonly Corpus[]} */
export function corpora(sizes) {
  return [
    ownMigrations(),
    tables(sizes.B),
    inserts(sizes.C),
    longStatements(sizes.D),
    singleRows(sizes.D),
  ];
}

/** @returns {Corpus} */
function ownMigrations() {
  const files = readdirSync(projectMigrations)
    .sort()
    .flatMap((schema) =>
      readdirSync(join(projectMigrations, schema))
        .sort()
        .map((file) => ({ schema, file })),
    );
  return {
    letter: 'A',
    label: 'A',
    title: `the ${files.length} migrations of this project`,
    count: files.length,
    isLarge: false,
    tree: projectMigrations,
    *files() {
      for (const { schema, file } of files) {
        const sql = readFileSync(join(projectMigrations, schema, file), 'utf8');
        yield { name: `${schema}_${file.replace(/\.sql$/, '')}`, sql };
      }
    },
    prepare: '',
    check: countsIn(['aws', 'azure', 'gcp']),
  };
}

/** @param {number} count @returns {Corpus} */
function tables(count) {
  return {
    letter: 'B',
    label: 'B',
    title: `${grouped(count)} files of a table, an index and a comment`,
    count,
    isLarge: false,
    tree: null,
    *files() {
      for (let n = 1; n <= count; n += 1) {
        const table = `table_${n}`;
        yield {
          name: table,
          sql:
            `create table ${table} (\n  id bigint generated always as identity primary key,\n` +
            `  name text not null,\n  made_at timestamptz not null default now()\n);\n` +
            `create index ${table}_name on ${table} (name);\n` +
            `comment on table ${table} is 'The table of file ${n}';\n`,
        };
      }
    },
    prepare: '',
    check: `
      select format('tables %s, indexes %s, comments %s',
        (select count(*) from pg_class where relkind = 'r' and relname ~ '^table_\\d+$'),
        (select count(*) from pg_class where relkind = 'i' and relname ~ '^table_\\d+_name$'),
        (select count(*) from pg_description where description ~ '^The table of file \\d+$'))`,
  };
}

/** @param {number} count @returns {Corpus} */
export function inserts(count) {
  return {
    letter: 'C',
    label: 'C',
    title: `${grouped(count)} files of one INSERT`,
    count,
    isLarge: false,
    tree: null,
    *files() {
      for (let n = 1; n <= count; n += 1) {
        yield { name: `entry_${n}`, sql: `insert into ledger values (${n}, 'entry ${n}');\n` };
      }
    },
    // Without a key, so that a file that ran twice shows.
    prepare: 'create table ledger (entry int not null, note text not null)',
    check: `
      select format('rows %s, different %s, sum %s', count(*), count(distinct entry), sum(entry))
      from ledger`,
  };
}

/** Objects and rows in schemas, as one line of text. @param {readonly string[]} schemas */
function countsIn(schemas) {
  const among = schemas.map((schema) => `'${schema}'::regnamespace`).join(', ');
  return `
    select format('relations %s, columns %s, constraints %s, functions %s, rows %s',
      (select count(*) from pg_class where relnamespace in (${among})),
      (select count(*) from pg_attribute a join pg_class c on c.oid = attrelid where relnamespace in (${among})),
      (select count(*) from pg_constraint where connamespace in (${among})),
      (select count(*) from pg_proc where pronamespace in (${among})),
      (select sum((xpath('/row/n/text()', query_to_xml(
          format('select count(*) as n from %s', c.oid::regclass), false, true, '')))[1]::text::bigint)
        from pg_class c where relkind = 'r' and relnamespace in (${among})))`;
}

/** `10,000` @param {number} count */
function grouped(count) {
  return count.toLocaleString('en-US');
}
