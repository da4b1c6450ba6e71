import { Kysely, Migrator, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { sqlFiles } from './read-files.mjs';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 1 });
const db = new Kysely({ dialect: new PostgresDialect({ pool }) });
const migrations = sqlFiles(process.argv[2]).map(({ name, read }) => [
  name,
  { up: (trx) => sql.raw(read()).execute(trx) },
]);
const migrator = new Migrator({
  db,
  provider: { getMigrations: () => Promise.resolve(Object.fromEntries(migrations)) },
});
const { error } = await migrator.migrateToLatest();
await db.destroy();
if (error !== undefined) throw error;
