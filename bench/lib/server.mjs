/** The private PostgreSQL of a benchmark, and a fresh database for each run. */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../dist/embedded/start.js';
import postgres from 'postgres';
import { makeTemporary, removeTemporary } from './temporary.mjs';

/**
 * @typedef {object} Target
 * @property {string} host
 * @property {number} port
 * @property {string} user
 * @property {string} password
 * @property {string} database
 * @property {string} url
 *
 * @typedef {object} BenchServer
 * @property {string} version
 * @property {string} directory
 * @property {import('postgres').Sql} sql One connection of the superuser to the maintenance database.
 * @property {(database: string, port?: number) => Target} target `port`: that of a proxy before the server.
 * @property {() => Promise<void>} stop
 */

const superuser = { user: 'bench', password: 'bench-of-pgm' };

/**
 * Durability is as PostgreSQL ships it: fsync, synchronous_commit and full_page_writes are on. More connections than its 100,
 * because 64 runners have more; that also makes room for the locks of 1,000 tables made in one transaction. And it does not
 * vacuum each of a hundred databases once a minute.
 * @param {Readonly<Record<string, string>>} settings Further settings.
 * @returns {Promise<BenchServer>}
 */
export async function startServer(settings = {}) {
  const home = makeTemporary('pgm-bench-');
  // Root runs the server as another user, who needs access here.
  chmodSync(home, 0o1777);
  const server = await startEmbeddedPostgres({
    user: superuser.user,
    password: superuser.password,
    directory: join(home, 'kept'),
    preferredPort: null,
    settings: { max_connections: '300', autovacuum_naptime: '1h', ...settings },
  });
  const { host, port, version, directory } = server;
  const target = targetOf(host, port);
  const { url } = target('postgres');
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
  return {
    version,
    directory,
    sql,
    target,
    stop: async () => {
      await sql.end({ timeout: 0 });
      await server.stop();
      removeTemporary(home);
    },
  };
}

/** @param {string} host @param {number} port @returns {BenchServer['target']} */
function targetOf(host, port) {
  const { user, password } = superuser;
  return (database, at = port) => ({
    host,
    port: at,
    user,
    password,
    database,
    url: `postgresql://${user}:${password}@${host}:${at}/${database}`,
  });
}

/**
 * A new database, with nothing of earlier runs left for the server to write.
 * @param {BenchServer} server @param {string} name @param {string} prepare
 */
export async function createDatabase(server, name, prepare) {
  await dropDatabase(server, name);
  await server.sql.unsafe(`create database ${name} template template0`);
  if (prepare !== '') await ask(server, name, prepare);
  await server.sql.unsafe('checkpoint');
}

/** @param {BenchServer} server @param {string} name */
export async function dropDatabase(server, name) {
  await server.sql.unsafe(`drop database if exists ${name} with (force)`);
}

/**
 * The first column of the first row.
 * @param {BenchServer} server @param {string} database @param {string} query @returns {Promise<string | null>}
 */
export async function ask(server, database, query) {
  const rows = await rowsOf(server, database, query);
  return /** @type {string | null} */ (rows[0]?.[0] ?? null);
}

/**
 * @param {BenchServer} server @param {string} database @param {string} query
 * @returns {Promise<readonly (readonly unknown[])[]>}
 */
export async function rowsOf(server, database, query) {
  const sql = postgres(server.target(database).url, {
    max: 1,
    fetch_types: false,
    onnotice: () => undefined,
  });
  try {
    return await sql.unsafe(query).values();
  } finally {
    await sql.end({ timeout: 0 });
  }
}
