import type { ForeignTool } from './foreign-tool.js';

/** Facts about its folder: Hasura CLI 2.x; since config version 3 a directory for each database is around it. */
export const hasura: ForeignTool = {
  name: 'Hasura',
  folder: {
    word: 'hasura',
    homes: ['migrations/default', 'hasura/migrations/default', 'migrations', 'hasura/migrations'],
    evidence: [{ path: /(?:^|\/)config\.yaml$/, text: /^\s*(?:metadata_directory|endpoint)\s*:/m }],
    forward: /^(?<number>\d+)(?:_(?<name>[^/]*))?\/up\.sql$/,
    own: { path: /^\d{13}_[^/]*\/up\.sql$/ },
    undo: /^\d[^/]*\/down\.(?:sql|yaml)$/,
    beside: [
      {
        path: /^\d[^/]*\/up\.yaml$/,
        what: 'a migration as calls of the metadata API, as Hasura wrote them once',
        advice:
          'write the run_sql calls in it as an up.sql, or leave it out if it only changes metadata',
      },
    ],
    order: { by: 'number', once: true },
    versionOf: ({ number }) => number,
    // It keeps its state in the metadata, as JSON.
    history: null,
  },
};
