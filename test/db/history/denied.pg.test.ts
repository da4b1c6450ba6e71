import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { historyLayout } from '../../../src/core/run/history.js';
import { createDatabase, type Database } from '../../support/database.js';
import { migrateFiles, type Target } from '../../support/run.js';
import { asAdmin, testServer } from '../../support/server.js';
import { superuser } from '../../support/server-setup.js';

const files = { 'a/001_x.sql': 'select 1;' };
const more = { ...files, 'a/002_x.sql': 'select 2;' };
const refusedAs = (message: string) => ({ message: expect.stringContaining(message) as string });

let database: Database;
let role: string;
let weak: Target;

beforeEach(async () => {
  database = await createDatabase();
  role = `weak_${randomBytes(6).toString('hex')}`;
  await database.sql.unsafe(`create role ${role} login password 'for-tests'`);
  weak = {
    database: database.name,
    server: { ...testServer(), user: role, password: 'for-tests' },
  };
});

afterEach(async () => {
  await database.drop();
  await asAdmin((admin) => admin.unsafe(`drop role ${role}`));
});

describe('a role that may not create the history is told which right it lacks', () => {
  test('to create its schema', async () => {
    await expect(migrateFiles(files, weak)).rejects.toMatchObject(
      refusedAs(`run: GRANT CREATE ON DATABASE "${database.name}" TO ${role}`),
    );
    await database.sql.unsafe(`grant create on database ${database.name} to ${role}`);
    await migrateFiles(files, weak);
  });

  test('to create its tables', async () => {
    await database.sql`create schema pgm`;
    await expect(migrateFiles(files, weak)).rejects.toMatchObject(
      refusedAs(`run: GRANT USAGE, CREATE ON SCHEMA "pgm" TO ${role}`),
    );
    await database.sql.unsafe(`grant usage, create on schema pgm to ${role}`);
    await migrateFiles(files, weak);
  });
});

const withoutKey = 'drop table pgm.intents; alter table pgm.layout drop constraint layout_pkey;';

test.each([
  ['1', `${withoutKey} alter table pgm.migrations drop column statements_done`],
  ['2', withoutKey],
  ['3', ''],
])(
  'a role that may not upgrade a history of layout %s is told who may',
  async (layout, cutBack) => {
    await migrateFiles(files, { database: database.name });
    await database.sql
      .unsafe(`drop table pgm.catalogs; ${cutBack}; delete from pgm.layout where version > ${layout};
    grant usage on schema pgm to ${role}; grant select, insert, update on all tables in schema pgm to ${role}`);
    const grant = `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "pgm" TO ${role}`;
    await expect(migrateFiles(more, weak)).rejects.toMatchObject(
      refusedAs(`has layout ${layout} and this pgm needs layout ${historyLayout}`),
    );
    await expect(migrateFiles(more, weak)).rejects.toMatchObject(
      refusedAs(
        `run this pgm once as ${superuser.user}, who owns its tables, and then as ${superuser.user}: ${grant}`,
      ),
    );
    await migrateFiles(more, { database: database.name });
    await database.sql.unsafe(grant);
    const ran = await migrateFiles({ ...more, 'a/003_x.sql': 'select 3;' }, weak);
    expect(ran.report.applied.map(({ key }) => key)).toEqual(['a/003_x.sql']);
  },
);
