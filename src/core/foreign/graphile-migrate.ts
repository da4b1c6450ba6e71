import type { ForeignTool } from './foreign-tool.js';
import { digest } from './digests.js';
import { text, told, type ToolRow, versionRow } from './tool-history.js';

const afterMigrations = 'let it run after pgm migrate, or write what it does as a migration';

/**
 * Facts about its folder: graphile-migrate 1.4, migration.js, header.js and current.js; the folder is `committed`. About
 * its table: migration.js and hash.js: a row per number with `.sql`; the hash covers the previous hash and the body.
 */
export const graphileMigrate: ForeignTool = {
  name: 'graphile-migrate',
  mark: /^--! Previous: /m,
  folder: {
    word: 'graphile-migrate',
    homes: ['migrations/committed', 'committed'],
    evidence: [
      { path: /(?:^|\/)\.gmrc(?:\.\w+)?$/ },
      { path: /(?:^|\/)package\.json$/, text: /"graphile-migrate"\s*:/ },
    ],
    forward: /^(?<number>\d+)(?:-(?<name>[^/]*))?\.sql$/,
    own: { text: /^--! Previous:/m },
    dropped: /^--! [A-Z][A-Za-z0-9_]*(?::.*)?$/,
    outside: { line: /^--!\s*no-transaction\b/ },
    unlike: [
      {
        line: /(?<![:\w]):[A-Z][A-Z0-9_]*\b/,
        notInComments: true,
        what: 'a placeholder, which graphile-migrate replaces with a value',
        advice: 'write the value into the file',
      },
      {
        line: /^--!\s*include\b/,
        what: 'graphile-migrate puts another file here',
        advice: 'put its text into this file',
      },
    ],
    beside: [
      {
        path: /^\.\.\/current(?:\.sql$|\/.*\.sql$)/,
        mayBeBlank: true,
        what: 'not committed yet',
        advice:
          'commit it with graphile-migrate, or import without it and write it as the next file',
      },
      {
        path: /^\.\.\/(?:before|after)\w+\.sql$/,
        what: 'graphile-migrate runs it beside the migrations',
        advice: afterMigrations,
      },
    ],
    order: { by: 'bytes', once: true },
    versionOf: ({ number }) => number,
    history: {
      table: 'migrations',
      ownSchema: 'graphile_migrate',
      columns: ['hash', 'previous_hash', 'filename', 'date'],
      orderBy: ['filename'],
      read,
      sums: (content, { salt = '' }) => [
        `sha1:${digest('sha1', `${`${salt}\n${content.trim()}`.trim()}\n`)}`,
      ],
    },
  },
};

function read(rows: readonly ToolRow[]) {
  return told(
    rows.map((row) =>
      versionRow(text(row, 'filename').replace(/\.sql$/, ''), {
        sum: text(row, 'hash'),
        salt: text(row, 'previous_hash'),
      }),
    ),
  );
}
