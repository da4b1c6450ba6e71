import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyDatabaseName } from '../support/database.js';
import { pgm } from '../support/pgm.js';
import { connect, type OwnServer, startServer, urlFor } from '../support/server.js';

const migrations = new URL('../../migrations', import.meta.url).pathname;
let server: OwnServer;

beforeAll(async () => {
  // Its own, without autovacuum: nobody but pgm can have written what the test counts.
  server = await startServer({ settings: { autovacuum: 'off' } });
});

afterAll(() => server.remove());

/** The next transaction id that the server will give: it grows with each transaction that writes. */
async function nextTransactionId(database: string): Promise<string> {
  const sql = connect(database, server);
  const [row] = await sql`select pg_snapshot_xmax(pg_current_snapshot())::text as id`;
  await sql.end();
  return String(row?.['id']);
}

test('ensure-db, migrate and status --check bring up a database that was not there; again writes nothing', async () => {
  const { name } = emptyDatabaseName(server);
  const env = { DATABASE_URL: urlFor(name, {}, server), MIGRATIONS_DIR: migrations };
  const all = async (): Promise<(number | null)[]> => {
    const codes: (number | null)[] = [];
    for (const args of [['ensure-db'], ['migrate'], ['status', '--check']]) {
      codes.push((await pgm(args, env)).exitCode);
    }
    return codes;
  };
  expect((await pgm(['status', '--check'], env)).exitCode).toBe(3);
  expect(await all()).toEqual([0, 0, 0]);
  const before = await nextTransactionId(name);
  expect(await all()).toEqual([0, 0, 0]);
  expect(await nextTransactionId(name)).toBe(before);
});

test('a name with quotes, blanks and letters of any script is created and migrated', async () => {
  const env = {
    DATABASE_URL: urlFor('Müller\'s "data" 数据', {}, server),
    MIGRATIONS_DIR: migrations,
  };
  expect((await pgm(['migrate'], env)).exitCode).toBe(0);
  expect((await pgm(['status', '--check'], env)).exitCode).toBe(0);
});

test('a role that may not create databases is told which right is missing', async () => {
  const sql = connect('postgres', server);
  await sql`create role poor login password 'poor'`;
  await sql.end();
  const { name } = emptyDatabaseName(server);
  const env = { DATABASE_URL: urlFor(name, { user: 'poor', password: 'poor' }, server) };
  const { exitCode, stderr } = await pgm(['ensure-db'], env);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('ALTER ROLE "poor" CREATEDB');
  expect(stderr).not.toContain('    at ');
});

test('where no maintenance database accepts the role, the server says why', async () => {
  const sql = connect('postgres', server);
  await sql`revoke connect on database postgres, template1 from public`;
  const { name } = emptyDatabaseName(server);
  const env = { DATABASE_URL: urlFor(name, { user: 'poor', password: 'poor' }, server) };
  const { exitCode, stderr } = await pgm(['ensure-db'], env);
  await sql`grant connect on database postgres, template1 to public`;
  await sql.end();
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`from which to create "${name}" (tried "postgres", "template1"): `);
  expect(stderr).toContain('permission denied for database "postgres" (42501)');
  expect(stderr).toContain('name one with --maintenance-db');
});

test('a wrong password of --shadow-url is told as such', async () => {
  const shadow = urlFor('postgres', { password: 'wrong' }, server);
  const { exitCode, stderr } = await pgm(['verify', '--shadow-url', shadow, '--dir', migrations]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/password authentication failed .*; check the password in --shadow-url$/m);
  expect(stderr).not.toContain('--maintenance-db');
});

test('twelve at once create the database once and all succeed', async () => {
  const { name } = emptyDatabaseName(server);
  const env = { DATABASE_URL: urlFor(name, {}, server) };
  const runs = await Promise.all(Array.from({ length: 12 }, () => pgm(['ensure-db'], env)));
  expect(runs.map(({ exitCode, stderr }) => `${exitCode} ${stderr}`)).toEqual(Array(12).fill('0 '));
});
