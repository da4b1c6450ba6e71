import type { ForeignTool } from './foreign-tool.js';
import { versionsIn } from './tool-history.js';

/**
 * Facts about its folder: refinery 0.8, refinery_core/src/util.rs. A `U` file is not an undo file here: it goes forward
 * too. About its table: refinery_core/src/runner.rs and traits/mod.rs: a row per version; there are no rollbacks.
 */
export const refinery: ForeignTool = {
  name: 'refinery',
  folder: {
    word: 'refinery',
    homes: ['migrations', 'sql_migrations', 'src/migrations'],
    evidence: [
      { path: /(?:^|\/)refinery\.toml$/ },
      { path: /(?:^|\/)Cargo\.toml$/, text: /^\s*refinery\b/m },
    ],
    forward: /^(?:[^/]+\/)*[UV](?<number>\d+(?:\.\d+)?)__(?<name>\w+)\.sql$/,
    own: { path: /^(?:[^/]+\/)*V\d+__\w+\.sql$/ },
    program: /^(?:[^/]+\/)*[UV](?<number>\d+(?:\.\d+)?)__(?<name>\w+)\.rs$/,
    order: { by: 'number', once: true },
    history: {
      table: 'refinery_schema_history',
      columns: ['version', 'name', 'applied_on', 'checksum'],
      orderBy: ['version'],
      read: versionsIn,
    },
  },
};
