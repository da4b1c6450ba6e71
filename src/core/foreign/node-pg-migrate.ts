import type { ForeignTool } from './foreign-tool.js';
import { pathsIn } from './tool-history.js';
import type { Named, Unclear } from './tool-folder.js';

/**
 * Facts about its folder: node-pg-migrate 9.0, sqlMigration and fileNameUtils; about its table: runner: a row per file
 * name without extension, deleted when it is rolled back.
 */
export const nodePgMigrate: ForeignTool = {
  name: 'node-pg-migrate',
  halves: {
    up: /^--[\s-]*up\s+migration/i,
    down: /^--[\s-]*down\s+migration/i,
    downAlone: /^--[\s-]*down\s+migration[\s:.-]*$/i,
  },
  folder: {
    word: 'node-pg-migrate',
    homes: ['migrations'],
    evidence: [{ path: /(?:^|\/)package\.json$/, text: /"node-pg-migrate"\s*:/ }],
    givesWay: true,
    forward: /^(?<number>\d+)[-_]?(?<name>[^/]*?)(?:\.up)?(?<!\.down)\.sql$/,
    own: { text: /^\s*--[\s-]*up\s+migration/im },
    undo: /^\d+[^/]*\.down\.sql$/,
    program: /^(?<number>\d+)[-_]?(?<name>[^/]*)\.[cm]?[jt]s$/,
    sections: {
      up: /^\s*--[\s-]*up\s+migration/i,
      down: /^\s*--[\s-]*down\s+migration/i,
      needed: false,
      again: false,
    },
    order: { by: 'number', once: true },
    versionOf: ({ path }) => path.replace(/(?:\.up)?\.[^.]+$/, ''),
    odd: mixedTimestamps,
    history: {
      table: 'pgmigrations',
      columns: ['name', 'run_on'],
      orderBy: ['run_on', 'id'],
      read: (rows) => pathsIn(rows, 'name', (name) => `${name}.sql`),
    },
  },
};

/** Seventeen digits are a UTC date, all others a number; mixed, their order is not that of the digits. */
function mixedTimestamps(migrations: readonly Named[]): readonly Unclear[] {
  const dated = migrations.filter(({ number }) => number.length === 17);
  const [first] = dated;
  if (first === undefined || dated.length === migrations.length) return [];
  return [
    {
      path: first.path,
      line: null,
      column: null,
      what: 'it is numbered by a date in UTC and others are not, so that node-pg-migrate orders them by time',
      advice: 'give all of them numbers of one kind',
    },
  ];
}
