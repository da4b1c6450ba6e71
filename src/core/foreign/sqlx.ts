import type { ForeignTool } from './foreign-tool.js';
import { digest } from './digests.js';
import { isTrue, text, told, type ToolRow, versionRow } from './tool-history.js';

/**
 * Facts about its folder: sqlx 0.8 and 0.9, sqlx-core/src/migrate/source.rs; about its table: sqlx-postgres/src/migrate.rs
 * and sqlx-core/src/migrate/migration.rs: a row per version, deleted when it is reverted; the checksum is SHA-384 of the
 * file.
 */
export const sqlx: ForeignTool = {
  name: 'sqlx',
  folder: {
    word: 'sqlx',
    homes: ['migrations'],
    evidence: [
      { path: /(?:^|\/)Cargo\.toml$/, text: /^\s*sqlx\b/m },
      { path: /(?:^|\/)sqlx\.toml$/ },
    ],
    forward: /^(?<number>\d+)_(?<name>[^/]*?)(?:\.up)?(?<!\.down)\.sql$/,
    own: { path: /\.up\.sql$/ },
    undo: /^\d+_[^/]*\.down\.sql$/,
    outside: { line: /^-- no-transaction/, firstOnly: true, written: '-- no-transaction' },
    order: { by: 'number', once: true },
    history: {
      table: '_sqlx_migrations',
      columns: ['version', 'success', 'checksum'],
      orderBy: ['installed_on', 'version'],
      read,
      sums: (content) => [digest('sha384', content)],
      repair: 'fix it, and set success or delete the row, as sqlx asks for',
    },
  },
};

function read(rows: readonly ToolRow[]) {
  return told(
    rows.map((row) =>
      versionRow(text(row, 'version'), {
        state: isTrue(row, 'success') ? 'applied' : 'failed',
        sum: text(row, 'checksum').replace(/^\\x/, ''),
      }),
    ),
  );
}
