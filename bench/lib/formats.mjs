/** The same files in the format of each contestant. A format writes below a directory of its own. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {import('./corpora.mjs').Corpus} Corpus
 * @typedef {'plain' | 'psql' | 'dbmate' | 'sql-migrate' | 'postgrator' | 'drizzle' | 'graphile'} Format
 */

/**
 * Writes the files of a corpus below `directory`/<format>.
 * @param {Corpus} corpus @param {Format} format @param {string} directory
 * @returns {string} Where they are.
 */
export function writeFormat(corpus, format, directory) {
  const place = join(directory, format);
  mkdirSync(place, { recursive: true });
  writers[format](corpus, place);
  return place;
}

/** @type {Record<Format, (corpus: Corpus, place: string) => void>} */
const writers = {
  // In the folder of a schema, which is what pgm reads; the others are pointed at the folder itself.
  plain: (corpus, place) => {
    const folder = join(place, 'public');
    mkdirSync(folder);
    for (const { number, name, sql } of numbered(corpus)) {
      writeFileSync(join(folder, `${number}_${name}.sql`), sql);
    }
  },
  psql: (corpus, place) => {
    const list = [];
    for (const { number, name, sql } of numbered(corpus)) {
      const file = `${number}_${name}.sql`;
      writeFileSync(join(place, file), sql);
      list.push(`\\ir ${file}\n`);
    }
    writeFileSync(join(place, 'all.psql'), list.join(''));
  },
  dbmate: (corpus, place) => {
    for (const { number, name, sql } of numbered(corpus)) {
      writeFileSync(
        join(place, `${number}_${name}.sql`),
        `-- migrate:up\n${sql}\n-- migrate:down\n`,
      );
    }
  },
  'sql-migrate': writeSqlMigrate,
  postgrator: (corpus, place) => {
    for (const { number, name, sql } of numbered(corpus)) {
      writeFileSync(join(place, `${number}.do.${name}.sql`), sql);
    }
  },
  drizzle: writeDrizzle,
  graphile: writeGraphile,
};

/** The whole file as one statement: it would else be taken apart at each semicolon. @type {(corpus: Corpus, place: string) => void} */
function writeSqlMigrate(corpus, place) {
  const folder = join(place, 'files');
  mkdirSync(folder);
  for (const { number, name, sql } of numbered(corpus)) {
    const text = `-- +migrate Up\n-- +migrate StatementBegin\n${sql}\n-- +migrate StatementEnd\n`;
    writeFileSync(join(folder, `${number}_${name}.sql`), text);
  }
  const config =
    'development:\n  dialect: postgres\n  datasource: ${DATABASE_URL}\n  dir: files\n  table: gorp_migrations\n';
  writeFileSync(join(place, 'dbconfig.yml'), config);
}

/** With the journal that drizzle-kit would have written. @type {(corpus: Corpus, place: string) => void} */
function writeDrizzle(corpus, place) {
  const entries = [];
  for (const { number, name, sql } of numbered(corpus)) {
    const tag = `${number}_${name}`;
    writeFileSync(join(place, `${tag}.sql`), sql);
    entries.push({
      idx: entries.length,
      version: '7',
      when: entries.length + 1,
      tag,
      breakpoints: true,
    });
  }
  mkdirSync(join(place, 'meta'));
  const journal = { version: '7', dialect: 'postgresql', entries };
  writeFileSync(join(place, 'meta/_journal.json'), JSON.stringify(journal));
}

/** As `graphile-migrate commit` would have left them: each names the hash of the one before. @type {(corpus: Corpus, place: string) => void} */
function writeGraphile(corpus, place) {
  const folder = join(place, 'migrations/committed');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(place, '.gmrc'), '{}');
  let previous = null;
  for (const { number, sql } of numbered(corpus)) {
    const body = `${sql.trim()}\n`;
    /** @type {string} */
    const hash = `sha1:${createHash('sha1')
      .update(`${previous ?? ''}\n${body.trim()}`.trim() + '\n')
      .digest('hex')}`;
    const text = `--! Previous: ${previous ?? '-'}\n--! Hash: ${hash}\n\n${body}`;
    writeFileSync(join(folder, `${number}.sql`), text);
    previous = hash;
  }
}

/** @param {Corpus} corpus */
function* numbered(corpus) {
  let n = 0;
  for (const file of corpus.files()) {
    n += 1;
    yield { number: String(n).padStart(6, '0'), ...file };
  }
}
