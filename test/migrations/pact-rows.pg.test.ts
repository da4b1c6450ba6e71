import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOwnedDatabase, type OwnedDatabase, withOwnedDatabase } from './owned-database.js';
import { allFiles, apply, arrivalOf, pactSchemas } from './pact-files.js';
import { type ListedTable, listedTables, listPlaces } from './pact-tables.js';

let database: OwnedDatabase;

beforeAll(async () => {
  database = await createOwnedDatabase();
  await apply(database.sql, allFiles);
});

afterAll(() => database.drop());

// Each test in a transaction that is undone, so now() stands still in it.
beforeEach(() => run('begin'));
afterEach(() => run('rollback'));

function run(text: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return database.sql.unsafe<Record<string, unknown>[]>(text);
}

async function expectRefusal(text: string, reason: object): Promise<void> {
  await run('savepoint refusal');
  await expect(run(text), text).rejects.toMatchObject(reason);
  await run('rollback to refusal');
}

describe.each(listedTables)('$name', (at) => {
  const { schema, table, name, key, versions } = at;
  const insertVersion = `insert into ${schema}.${versions} (${key}, version_id, data) values`;

  test('stamps a new row and a new version with the epoch second; both are in use', async () => {
    await run(`insert into ${name} (${key}, environment) values ('a', 'dev')`);
    await run(`${insertVersion} ('a', 'v', '{}')`);
    const [row] = await run(`
      select to_jsonb(t) -> 'disabled' as disabled, v.enabled,
             array_to_json(array[t.created_at, t.updated_at, v.created_at]) as stamps,
             floor(extract(epoch from now()))::float8 as now
      from ${name} t join ${schema}.${versions} v using (${key}) where ${key} = 'a'`);
    expect(row).toMatchObject({
      disabled: table === 'secrets' ? false : null,
      enabled: true,
      stamps: [row?.['now'], row?.['now'], row?.['now']],
    });
  });

  test('takes its versions along when a row goes, and no version is without a row', async () => {
    await run(`insert into ${name} (${key}, environment) values ('a', 'dev'), ('b', 'dev')`);
    await run(`${insertVersion} ('a', '1', '{}'), ('a', '2', '{}'), ('b', '1', '{}')`);
    await run(`delete from ${name} where ${key} = 'a'`);
    const left = await run(
      `select ${key} as key from ${schema}.${versions} where ${key} in ('a', 'b')`,
    );
    expect(left).toEqual([{ key: 'b' }]);
    await expectRefusal(`${insertVersion} ('a', '1', '{}')`, { code: '23503' });
  });

  test('refuses an environment that is missing, null, empty or blank', async () => {
    const refusal = {
      code: '23514',
      constraint_name: `chk_${schema}_${table}_environment_not_empty`,
    };
    for (const environment of ['default', 'null', `''`, `'  '`]) {
      const text = `insert into ${name} (${key}, environment) values ('a', ${environment})`;
      await expectRefusal(text, refusal);
    }
    await expectRefusal(`update ${name} set environment = ' '`, refusal);
  });

  test('has rows to test with, which the functions list', async () => {
    const listed = (what: 'environments' | 'locations'): Promise<readonly unknown[]> =>
      listPlaces(database.sql, at, what);
    const locations = {
      aws: ['eu-west-1', 'us-east-1'],
      azure: ['westeurope'],
      gcp: ['europe-west1'],
    };
    expect(await listed('environments')).toEqual(['dev', 'prod']);
    expect(await listed('locations')).toEqual(locations[schema]);
    await run(`delete from ${name}`);
    expect(await listed('environments')).toEqual([]);
    expect(await listed('locations')).toEqual([]);
  });
});

test('rows that are there already win over those to test with', () =>
  withOwnedDatabase(async ({ sql }) => {
    const rowsOf = ({ name, key }: ListedTable): string =>
      `select ${key} as key, environment, updated_at from ${name} order by 1`;
    for (const schema of pactSchemas) {
      const tables = listedTables.filter((at) => at.schema === schema);
      const arrival = arrivalOf(sql, schema);
      await arrival.before('insert_test_data');
      for (const at of tables) {
        const [sample] = await run(rowsOf(at));
        await sql.unsafe(
          `insert into ${at.name} (${at.key}, environment, updated_at) values ($1, 'mine', 7)`,
          [String(sample?.['key'])],
        );
      }
      const mine = await Promise.all(tables.map((at) => sql.unsafe(rowsOf(at))));
      await arrival.rest();
      for (const [index, at] of tables.entries()) {
        const [first, second, ...others] = await sql.unsafe(rowsOf(at));
        expect([first], at.name).toEqual(mine[index]);
        expect(second?.['environment'], at.name).toMatch(/^(dev|prod)$/);
        expect(others, at.name).toEqual([]);
      }
    }
  }));

describe('aws', () => {
  test('a staging label points to one version of its secret and goes with it', async () => {
    const label = (version: string): string => `
      insert into aws.staging_labels (name, label, version_id)
      values ('a', 'AWSCURRENT', '${version}')`;
    const labels = `select version_id from aws.staging_labels where name = 'a'`;
    await run(`insert into aws.secrets (name, environment) values ('a', 'dev')`);
    await run(`
      insert into aws.versions (name, version_id, data) values ('a', '1', '{}'), ('a', '2', '{}')`);
    await expectRefusal(label('3'), { code: '23503' });
    await run(label('1'));
    await expectRefusal(label('2'), { code: '23505' });
    await run(`update aws.staging_labels set version_id = '2' where name = 'a'`);
    await run(`delete from aws.versions where name = 'a' and version_id = '1'`);
    expect(await run(labels)).toEqual([{ version_id: '2' }]);
    await run(`delete from aws.secrets where name = 'a'`);
    expect(await run(labels)).toEqual([]);
  });

  test('a parameter is a String unless it says so, and of no unknown type', async () => {
    const insert = `insert into aws.parameters (name, environment`;
    const [row] = await run(`${insert}) values ('a', 'dev') returning type`);
    expect(row).toEqual({ type: 'String' });
    await run(`${insert}, type) values ('b', 'dev', 'SecureString')`);
    await expectRefusal(`${insert}, type) values ('c', 'dev', 'Number')`, { code: '23514' });
  });
});

test('azure: a deleted secret is to be purged after 90 days, and never before it was deleted', async () => {
  const [row] = await run(`
    insert into azure.deleted_secrets (name, data) values ('a', '{}')
    returning (scheduled_purge_at - deleted_at)::float8 / 86400 as days,
              deleted_at = floor(extract(epoch from now())) as now`);
  expect(row).toEqual({ days: 90, now: true });
  await expectRefusal(
    `insert into azure.deleted_secrets (name, data, deleted_at, scheduled_purge_at)
     values ('b', '{}', 10, 9)`,
    { code: '23514' },
  );
});
