import { join } from 'node:path';
import pg from 'pg';
import Postgrator from 'postgrator';

const client = new pg.Client(process.env.DATABASE_URL);
await client.connect();
const postgrator = new Postgrator({
  driver: 'pg',
  migrationPattern: join(process.argv[2], '*'),
  execQuery: (query) => client.query(query),
});
await postgrator.migrate();
await client.end();
