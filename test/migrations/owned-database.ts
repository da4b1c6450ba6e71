import type postgres from 'postgres';
import { emptyDatabaseName } from '../support/database.js';
import { asAdmin, connect, testServer, urlFor } from '../support/server.js';

/** A database and the plain role that owns it and nothing else: no superuser, no right to create databases or roles. */
export interface OwnedDatabase {
  /** One connection, as the owner; `drop` ends it. */
  readonly sql: postgres.Sql;
  /** A `DATABASE_URL`, as the owner. */
  readonly url: string;
  /** Drops the database and the role. */
  drop(): Promise<void>;
}

const password = 'owner-secret';

/**
 * A new, empty database. Its owner's search_path leads nowhere, so a name that lacks its schema fails.
 * `locale` takes options of CREATE DATABASE.
 */
export async function createOwnedDatabase(locale = ''): Promise<OwnedDatabase> {
  const free = emptyDatabaseName();
  const owner = free.name;
  await asAdmin(async (admin) => {
    await admin.unsafe(`create role ${owner} login password '${password}'`);
    await admin.unsafe(`alter role ${owner} set search_path = nowhere`);
    await admin.unsafe(`create database ${free.name} owner ${owner} template template0 ${locale}`);
  });
  const sql = connect(free.name, { ...testServer(), user: owner, password });
  return {
    sql,
    url: urlFor(free.name, { user: owner, password }),
    drop: async () => {
      await sql.end({ timeout: 0 });
      await asAdmin(async (admin) => {
        await admin.unsafe(`drop database ${free.name} with (force)`);
        await admin.unsafe(`drop role ${owner}`);
      });
    },
  };
}

/** Lends a database of that kind and drops it afterwards. */
export async function withOwnedDatabase(
  use: (database: OwnedDatabase) => Promise<void>,
  locale = '',
): Promise<void> {
  const database = await createOwnedDatabase(locale);
  try {
    await use(database);
  } finally {
    await database.drop();
  }
}
