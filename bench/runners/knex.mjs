/** knex's own files are programs; this source makes one of each SQL file. */
import createKnex from 'knex';
import { sqlFiles } from './read-files.mjs';

const knex = createKnex({
  client: 'pg',
  connection: process.env.DATABASE_URL,
  pool: { min: 0, max: 1 },
});
await knex.migrate.latest({
  migrationSource: {
    getMigrations: () => Promise.resolve(sqlFiles(process.argv[2])),
    getMigrationName: ({ name }) => name,
    getMigration: ({ read }) => ({
      // A question mark would be a placeholder.
      up: (trx) => trx.raw(read().replaceAll('?', '\\?')),
      down: () => undefined,
    }),
  },
});
await knex.destroy();
