import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';
import { freePort, until } from '../support/http.js';
import { RunningPgm } from '../support/pgm.js';
import { asAdmin, testServer } from '../support/server.js';
import { makeTree, type Tree } from '../support/tree.js';

let database: Database;
let tree: Tree;
let running: RunningPgm;
let roles: readonly [string, string];

beforeEach(async () => {
  database = await createDatabase();
  tree = await makeTree({ 'a/001_one.sql': 'create table one (id int);' });
  const own = randomBytes(4).toString('hex');
  roles = [`pgm_test_old_${own}`, `pgm_test_new_${own}`];
  for (const role of roles) {
    await asAdmin((sql) => sql.unsafe(`create role ${role} login superuser password '${role}'`));
  }
});

afterEach(async () => {
  await running.stop('SIGKILL');
  await database.drop();
  await tree.remove();
  for (const role of roles) await asAdmin((sql) => sql.unsafe(`drop role ${role}`));
});

test('a file with another user is what watch connects by from then on, and nobody blames the old one', async () => {
  const [old, next] = roles;
  const file = join(tree.directory, 'url.txt');
  const { host, port } = testServer();
  const urlOf = (role: string) => `postgresql://${role}:${role}@${host}:${port}/${database.name}`;
  await writeFile(file, urlOf(old));
  const health = await freePort();
  running = new RunningPgm(['watch', '--health-port', String(health)], {
    DATABASE_URL_FILE: file,
    MIGRATIONS_DIR: tree.directory,
    // What keeps the catalog could be logging in as the old user at the very moment of the change, and would say so.
    PGM_CATALOG_TIMEOUT: '0',
  });
  await until(health, '/readiness', 200);
  await writeFile(file, urlOf(next));
  await database.sql.unsafe(`alter role ${old} nologin`);
  await database.sql`select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = ${old}`;
  await tree.write({ 'a/002_two.sql': 'create table two (id int);' });
  await running.printed(/a\/002_two\.sql applied/);
  await until(health, '/readiness', 200);
  const owners = await database.sql`select tableowner from pg_tables where tablename = 'two'`;
  expect(owners).toEqual([{ tableowner: next }]);
  expect(running.output).not.toContain(old);
});
