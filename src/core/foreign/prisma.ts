import type { ForeignTool } from './foreign-tool.js';
import { digest, everyLineEnd } from './digests.js';
import { pathRow, text, told, type ToldRow, type ToolRow } from './tool-history.js';

/**
 * Facts about its folder: Prisma 6, schema-engine: the order is that of the directory names. About its table: Prisma 6,
 * sql_migration_persistence.rs, migration_persistence.rs and checksum.rs: a row per try, which counts if it is finished
 * and not rolled back; the checksum is SHA-256 of the file, whatever its line ends.
 */
export const prisma: ForeignTool = {
  name: 'Prisma',
  layout: {
    path: /(?:^|\/)\d[^/]*\/migration\.sql$/,
    reason:
      'it is in the layout of Prisma, with a directory for each migration: copy <number>_<name>/migration.sql to <schema>/<number>_<name>.sql; pgm import DIR does it for all',
  },
  folder: {
    word: 'prisma',
    homes: ['prisma/migrations'],
    evidence: [
      { path: /^migration_lock\.toml$/ },
      { path: /^\.\.\/schema\.prisma$/ },
      { path: /(?:^|\/)prisma\.config\.[cm]?[jt]s$/ },
    ],
    forward: /^(?<number>\d*)_?(?<name>[^/]*)\/migration\.sql$/,
    own: { path: /^\d+_[^/]*\/migration\.sql$/ },
    order: { by: 'bytes', once: false },
    versionOf: ({ path }) => path.replace(/\/migration\.sql$/, ''),
    history: {
      table: '_prisma_migrations',
      columns: ['migration_name', 'finished_at', 'rolled_back_at', 'checksum', 'started_at'],
      orderBy: ['started_at'],
      read,
      sums: (content) => everyLineEnd(content).map((each) => digest('sha256', each)),
      repair: 'let "prisma migrate resolve" say whether it is applied or rolled back',
    },
  },
};

function read(rows: readonly ToolRow[]) {
  const known = new Map<string, ToldRow>();
  for (const row of rows) {
    const name = text(row, 'migration_name');
    const sum = text(row, 'checksum');
    const state = stateOf(row);
    if (state === 'undone' && known.has(name)) continue;
    if (state === 'failed' && known.get(name)?.state === 'applied') continue;
    known.set(
      name,
      pathRow(name, `${name}/migration.sql`, { state, sum: sum.length === 64 ? sum : null }),
    );
  }
  return told([...known.values()]);
}

function stateOf(row: ToolRow): ToldRow['state'] {
  if (row['rolled_back_at'] !== null) return 'undone';
  return row['finished_at'] === null ? 'failed' : 'applied';
}
