import { randomBytes } from 'node:crypto';
import type postgres from 'postgres';
import { asAdmin, connect, testServer, urlFor } from './server.js';
import type { TestServer } from './server.js';

/** A name that is free for a database now; what a test creates under it goes with `drop`. */
export interface DatabaseName {
  readonly name: string;
  readonly url: string;
  /** Ends every session in it first. Nothing happens when there is no such database. */
  drop(): Promise<void>;
}

export interface Database extends DatabaseName {
  /** One connection, as superuser; `drop` ends it. */
  readonly sql: postgres.Sql;
}

/** A new, empty database, for one test file or one test. */
export async function createDatabase(server: TestServer = testServer()): Promise<Database> {
  const free = emptyDatabaseName(server);
  // template0, because nobody can be connected to it, which would make the copy fail.
  await asAdmin((admin) => admin`create database ${admin(free.name)} template template0`, server);
  const sql = connect(free.name, server);
  return {
    ...free,
    sql,
    drop: async () => {
      await sql.end({ timeout: 0 });
      await free.drop();
    },
  };
}

/** A name under which there is no database yet. */
export function emptyDatabaseName(server: TestServer = testServer()): DatabaseName {
  const name = `test_${randomBytes(6).toString('hex')}`;
  return {
    name,
    url: urlFor(name, {}, server),
    drop: () => dropDatabase(name, server),
  };
}

async function dropDatabase(name: string, server: TestServer): Promise<void> {
  await asAdmin((admin) => admin`drop database if exists ${admin(name)} with (force)`, server);
}
