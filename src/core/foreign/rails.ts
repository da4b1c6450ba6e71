import type { ForeignTool } from './foreign-tool.js';
import { versionsIn } from './tool-history.js';
import { linesOf } from './lines.js';
import type { Arrangement, FoundFile } from './tool-folder.js';

const path = 'structure.sql';

/**
 * Facts about its folder: Rails 7, db/structure.sql: pg_dump, and the versions of the migrations at its end. About its
 * table: ActiveRecord 7, schema_migration.rb: a row per version; internal_metadata.rb creates the second table.
 */
export const rails: ForeignTool = {
  name: 'Rails',
  layout: {
    path: /^(?:db\/)?structure\.sql$/,
    reason:
      'it has the name of a structure that Rails dumps: pgm import DIR writes it as a file that pgm runs',
  },
  folder: {
    word: 'rails',
    homes: ['db'],
    evidence: [
      { path: /^structure\.sql$/, text: /INSERT INTO "schema_migrations"/ },
      { path: /^migrate\/\d+_[^/]*\.rb$/ },
    ],
    forward: /^structure\.sql$/,
    beside: [{ path: /^seeds\.rb$/, what: 'rows for development', advice: null }],
    order: { by: 'bytes', once: false },
    arrange,
    history: {
      table: 'schema_migrations',
      others: ['ar_internal_metadata'],
      columns: ['version'],
      exact: true,
      beside: { table: 'ar_internal_metadata', isThere: true },
      orderBy: ['version'],
      read: versionsIn,
      within: versionsOf,
    },
  },
};

/** The whole structure is one file, with the number of the newest migration in it. */
function arrange(files: readonly FoundFile[]): Arrangement {
  const text = files.find((file) => file.path === path)?.text ?? null;
  const leftOut = files
    .filter((file) => /^migrate\/.*\.rb$/.test(file.path))
    .map((file) => ({ path: file.path, why: `what it made is in ${path}` }));
  if (text === null) return { migrations: [], leftOut, unclear: [noStructure] };
  const version = versionsOf(text).at(-1) ?? '';
  const number = version === '' ? '001' : version;
  const lines = linesOf(text);
  const migration = { path, number, name: 'structure', lines, version };
  return {
    migrations: [{ ...migration, outside: false, isProgram: false }],
    leftOut,
    unclear: [],
  };
}

function versionsOf(text: string): readonly string[] {
  const inserted = /INSERT INTO "schema_migrations"[^;]*;/.exec(text)?.[0] ?? '';
  return (inserted.match(/\d{3,}/g) ?? []).sort();
}

const noStructure = {
  path,
  line: null,
  column: null,
  what: 'it is missing, and the migrations of Rails are programs',
  advice: 'set config.active_record.schema_format = :sql, and let rails db:schema:dump write it',
};
