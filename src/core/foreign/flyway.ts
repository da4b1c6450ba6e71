import type { ForeignTool } from './foreign-tool.js';
import { crc32OfLines } from './digests.js';
import { flywayKey, readFlyway } from './flyway-history.js';

/**
 * In a ConfigMap a schema may precede the name: `app_V1__x.sql`. Facts about its folder: Flyway 11, with its default
 * prefixes, separator and suffix; it also searches subdirectories.
 */
export const flyway: ForeignTool = {
  name: 'Flyway',
  undoFile: /(?:^|\/)(?:[A-Za-z_]+_)?U\d+(?:[._]\d+)*__[^/]*\.sql$/,
  layout: {
    path: /(?:^|\/)(?:[A-Za-z_]+_)?(?:[VB]\d+(?:[._]\d+)*|R)__[^/]*\.sql$/,
    reason:
      'it has a Flyway name: rename it to <number>_<name>.sql, for example V2__add_x.sql to 002_add_x.sql; a file that is to run again whenever it changes (R__) needs a number too; pgm import DIR does it for the whole folder',
  },
  folder: {
    word: 'flyway',
    homes: ['src/main/resources/db/migration', 'db/migration', 'sql', 'migrations'],
    evidence: [
      { path: /(?:^|\/)flyway(?:\.user)?\.(?:conf|toml)$/ },
      { path: /(?:^|\/)(?:R__[^/]*|(?:before|after)[A-Z]\w*(?:__[^/]*)?)\.sql$/ },
      { path: /(?:^|\/)V[^/]*__[^/]*\.sql\.conf$/ },
      { path: /(?:^|\/)(?:pom\.xml|build\.gradle(?:\.kts)?)$/, text: /flyway/ },
    ],
    forward: /^(?:[^/]+\/)*V(?<number>\d+(?:[._]\d+)*)__(?<name>[^/]*)\.sql$/,
    own: { path: /^(?:[^/]+\/)*V\d+(?:[._]\d+)*__[^/]*\.sql$/ },
    undo: /^(?:[^/]+\/)*U\d+(?:[._]\d+)*__[^/]*\.sql$/,
    program: /^(?:[^/]+\/)*V(?<number>\d+(?:[._]\d+)*)__(?<name>[^/]*)\.(?:java|kt|groovy|class)$/,
    beside: [
      {
        path: /^(?:[^/]+\/)*R__[^/]*\.sql$/,
        what: 'a repeatable migration, which Flyway runs after all others whenever it changes',
        advice:
          'give it a number after what it needs, such as 900_views.sql: pgm runs a file again when it changes',
      },
      {
        path: /^(?:[^/]+\/)*B\d+(?:[._]\d+)*__[^/]*\.sql$/,
        what: 'a baseline migration, which a new database gets instead of all before it',
        advice: 'keep it or the files before it, not both',
      },
      {
        path: /^(?:[^/]+\/)*(?:before|after)[A-Z]\w*?(?:__[^/]*)?\.sql$/,
        what: 'a callback, which Flyway runs beside migrations',
        advice: 'write what it does into the migrations that need it, or run it outside of pgm',
      },
    ],
    outside: {
      beside: {
        path: (path) => `${path}.conf`,
        line: /^\s*(?:flyway\.)?executeInTransaction\s*=\s*false\s*$/i,
        known:
          /^\s*(?:#.*|(?:flyway\.)?(?:executeInTransaction\s*=\s*true|encoding\s*=\s*utf-?8)\s*)?$/i,
      },
      forAll: {
        path: /(?:^|\/)flyway(?:\.user)?\.(?:conf|toml)$/,
        line: /^\s*(?:flyway\.)?executeInTransaction\s*=\s*"?false"?\s*$/i,
        not: /^\s*(?:flyway\.)?executeInTransaction\s*=\s*true\s*$/i,
      },
      whereNeeded: true,
    },
    unlike: [
      {
        line: /\$\{[^}]*\}/,
        notInComments: true,
        what: 'a placeholder, which Flyway replaces with a value',
        advice: 'write the value into the file',
        isOff: (files) =>
          files.some(
            ({ path, text }) =>
              /(?:^|\/)flyway(?:\.user)?\.(?:conf|toml)$/.test(path) &&
              /^\s*(?:flyway\.)?placeholderReplacement\s*=\s*"?false"?\s*$/m.test(text ?? ''),
          ),
      },
    ],
    order: { by: 'number', once: true },
    versionOf: ({ number }) => number.replaceAll('_', '.'),
    history: {
      table: 'flyway_schema_history',
      columns: ['installed_rank', 'version', 'type', 'checksum', 'success'],
      orderBy: ['installed_rank'],
      read: readFlyway,
      keyOf: flywayKey,
      sums: (content) => [crc32OfLines(content)],
      repair: 'complete or undo it by hand, and let "flyway repair" remove the row',
    },
  },
};
