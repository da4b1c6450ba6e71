/** umzug leaves the history to its user: here a table of names. A file and its row are two statements, as its pages show. */
import pg from 'pg';
import { Umzug } from 'umzug';
import { sqlFiles } from './read-files.mjs';

const client = new pg.Client(process.env.DATABASE_URL);
await client.connect();
const umzug = new Umzug({
  migrations: sqlFiles(process.argv[2]).map(({ name, read }) => ({
    name,
    up: () => client.query(read()),
  })),
  storage: {
    executed: async () => {
      await client.query('create table if not exists umzug (name text primary key)');
      const { rows } = await client.query('select name from umzug order by name');
      return rows.map(({ name }) => name);
    },
    logMigration: ({ name }) => client.query('insert into umzug values ($1)', [name]),
    unlogMigration: ({ name }) => client.query('delete from umzug where name = $1', [name]),
  },
  logger: undefined,
});
await umzug.up();
await client.end();
