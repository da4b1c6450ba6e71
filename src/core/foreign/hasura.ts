import type { ForeignTool } from './foreign-tool.js';
import { told, type Told, type ToldRow, type ToolRow, versionRow } from './tool-history.js';

/**
 * Facts about its folder: Hasura CLI 2.x; since config version 3 it contains a directory for each database, and files of
 * its first version, `1_x.up.sql`, are read too. About its
 * table: CLI 2.x, cli/internal/statestore: it is in the metadata database, and has the state of each database as JSON.
 */
export const hasura: ForeignTool = {
  name: 'Hasura',
  folder: {
    word: 'hasura',
    homes: ['migrations/default', 'hasura/migrations/default', 'migrations', 'hasura/migrations'],
    evidence: [{ path: /(?:^|\/)config\.yaml$/, text: /^\s*(?:metadata_directory|endpoint)\s*:/m }],
    forward: /^(?<number>\d+)(?:_(?<name>[^/]*?))?[/.]up\.sql$/,
    own: { path: /^\d{13}_[^/]*\/up\.sql$/ },
    undo: /^\d[^/]*[/.]down\.(?:sql|yaml)$/,
    beside: [
      {
        path: /^\d[^/]*[/.]up\.yaml$/,
        what: 'a migration as calls of the metadata API, as Hasura wrote them once',
        advice:
          'write the run_sql calls in it as an up.sql, or leave it out if it only changes metadata',
      },
    ],
    order: { by: 'number', once: true },
    versionOf: ({ number }) => number,
    history: {
      table: 'hdb_version',
      ownSchema: 'hdb_catalog',
      columns: ['hasura_uuid', 'cli_state'],
      orderBy: ['hasura_uuid'],
      read,
      repair:
        'fix it, and let "hasura migrate apply --skip-execution" or "hasura migrate delete" say what is there',
    },
  },
};

function read(rows: readonly ToolRow[]): Told {
  const found = rows.flatMap((row) => Object.entries(migrationsIn(row['cli_state'] ?? '{}')));
  const [first, ...others] = found.filter(([, versions]) => Object.keys(versions).length > 0);
  if (first === undefined) return told([]);
  if (others.length > 0) {
    const names = [first, ...others].map(([name]) => name).join(', ');
    const what = `it has the migrations of several databases: ${names}`;
    const advice =
      'mark the files of each with pgm baseline --to, as "hasura migrate status" shows them';
    return { rows: [], upTo: null, unsure: { what, advice } };
  }
  const [, versions] = first;
  return told(
    Object.entries(versions).map(([version, dirty]): ToldRow => {
      return versionRow(version, { state: dirty ? 'failed' : 'applied' });
    }),
  );
}

/** By name of the database: its versions, and whether each is dirty. */
function migrationsIn(state: string): Readonly<Record<string, Readonly<Record<string, boolean>>>> {
  const parsed = JSON.parse(state) as { migrations?: Record<string, Record<string, boolean>> };
  return parsed.migrations ?? {};
}
