import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pgm } from '../support/pgm.js';
import { type Fingerprint, fingerprint } from './fingerprint.js';
import { createOwnedDatabase, type OwnedDatabase, withOwnedDatabase } from './owned-database.js';
import { allFiles, apply, pactDirectory } from './pact-files.js';
import { columnsOfTables } from './pact-tables.js';

/** Where each file was applied once. */
let database: OwnedDatabase;
let once: Fingerprint;

beforeAll(async () => {
  database = await createOwnedDatabase();
  await apply(database.sql, allFiles);
  once = await fingerprint(database.sql);
});

afterAll(() => database.drop());

/** The keys that a run with a history of its own applies. */
async function migrate(url: string, historySchema: string): Promise<readonly string[]> {
  const { exitCode, stdout, stderr } = await pgm(
    ['migrate', '--json', '--dir', pactDirectory, '--history-schema', historySchema],
    { DATABASE_URL: url },
  );
  expect(exitCode, stderr).toBe(0);
  const { applied } = JSON.parse(stdout) as { applied: readonly { key: string }[] };
  return applied.map(({ key }) => key);
}

test('pgm migrate applies every file as a plain owner, and again under another history changes nothing', () =>
  withOwnedDatabase(async ({ sql, url }) => {
    const keys = allFiles.map(({ key }) => key);
    expect(await migrate(url, 'pgm')).toEqual(keys);
    const first = await fingerprint(sql);
    expect(await migrate(url, 'pgm_second')).toEqual(keys);
    expect(await fingerprint(sql)).toEqual(first);
    expect(first.definitions).toEqual(once.definitions);
    expect(first.rows).toEqual(once.rows);
  }));

test('each file twice in a row ends as each of them once', () =>
  withOwnedDatabase(async ({ sql }) => {
    await apply(
      sql,
      allFiles.flatMap((file) => [file, file]),
    );
    const { definitions, rows } = await fingerprint(sql);
    expect(definitions).toEqual(once.definitions);
    expect(rows).toEqual(once.rows);
  }));

describe('the fingerprint', () => {
  beforeEach(async () => {
    await database.sql.unsafe('begin');
  });

  afterEach(async () => {
    await database.sql.unsafe('rollback');
  });

  test('covers every table, and each has rows', () => {
    expect(Object.keys(once.rows)).toEqual(Object.keys(columnsOfTables));
    expect(Object.entries(once.rows).filter(([, rows]) => rows.length === 0)).toEqual([]);
  });

  test.each([
    ['an update to the same value', 'update gcp.secrets set environment = environment'],
    [
      'a constraint that is dropped and added',
      `alter table gcp.versions drop constraint fk_gcp_versions_secrets,
       add constraint fk_gcp_versions_secrets foreign key (key) references gcp.secrets (key) on delete cascade`,
    ],
    [
      'a table that is rewritten',
      `alter table aws.secrets alter column metadata type jsonb using metadata || '{}'`,
    ],
    [
      'an index that is dropped and made',
      `drop index azure.idx_azure_secrets_location;
       create index idx_azure_secrets_location on azure.secrets (location)`,
    ],
  ])('tells %s, though all reads the same', async (_what, text) => {
    await database.sql.unsafe(text).simple();
    const { definitions, rows, identities } = await fingerprint(database.sql);
    expect(definitions).toEqual(once.definitions);
    expect(rows).toEqual(once.rows);
    expect(identities).not.toEqual(once.identities);
  });
});
