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
export async function createDatabase(
  server: TestServer = testServer(),
  encoding = 'UTF8',
): Promise<Database> {
  const free = emptyDatabaseName(server);
  // template0, because nobody can be connected to it, which would make the copy fail. Locale C goes with any encoding.
  const locale =
    encoding === 'UTF8'
      ? ''
      : ` encoding '${encoding}' lc_collate 'C' lc_ctype 'C'${provider(server)}`;
  const statement = `create database ${free.name} template template0${locale}${copied(server)}`;
  await asMaker((admin) => admin.unsafe(statement), server);
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

/** Whether there is a table or another relation of that name. */
export async function hasRelation({ sql }: Database, name: string): Promise<boolean> {
  const [row] = await sql`select to_regclass(${name}) is not null as found`;
  return row?.['found'] === true;
}

/** The embedded servers' own provider knows UTF-8 only. */
function provider({ version }: TestServer): string {
  return Number(version) < 15 ? '' : ' locale_provider libc';
}

/** File by file takes two thirds of the time that it takes through the log. PostgreSQL 14 knows nothing else. */
function copied({ version }: TestServer): string {
  return Number(version) < 15 ? '' : ' strategy file_copy';
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
  await asMaker((admin) => admin`drop database if exists ${admin(name)} with (force)`, server);
}

/** What makes and drops databases on the server of a project, in this worker, by port. */
const makers = new Map<number, postgres.Sql>();

/**
 * Lends a session that may have made a database before, on the server of the project: to open one costs as much as the
 * database. It ends when it was idle for a second. A server of a test's own may be gone with the next one.
 */
async function asMaker(
  use: (sql: postgres.Sql) => Promise<unknown>,
  server: TestServer,
): Promise<void> {
  if (server.port !== testServer().port) {
    await asAdmin(use, server);
    return;
  }
  const maker = makers.get(server.port) ?? connect('postgres', server, 1);
  makers.set(server.port, maker);
  await use(maker);
}
