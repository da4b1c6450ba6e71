import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOwnedDatabase, type OwnedDatabase } from './owned-database.js';
import { allFiles, apply, pactSchemas } from './pact-files.js';
import { columnsOfTables, listedTables } from './pact-tables.js';

let database: OwnedDatabase;

beforeAll(async () => {
  database = await createOwnedDatabase();
  await apply(database.sql, allFiles);
});

afterAll(() => database.drop());

/** What the query gives as two columns: a name, and what belongs to it. */
async function pairs(query: string): Promise<Readonly<Record<string, unknown>>> {
  const rows = await database.sql.unsafe<Record<string, unknown>[]>(query);
  return Object.fromEntries(rows.map((row) => Object.values(row) as [string, unknown]));
}

const inPactSchemas = (column: string): string =>
  `${column}::regnamespace::text in (${pactSchemas.map((name) => `'${name}'`).join(', ')})`;

/** By name, what pg_get_constraintdef shows of the constraints of one kind. */
const constraints = (kind: 'c' | 'f' | 'p'): Promise<Readonly<Record<string, unknown>>> =>
  pairs(`
    select conname, concat_ws(' ', conrelid::regclass, pg_get_constraintdef(oid)) from pg_constraint
    where contype = '${kind}' and ${inPactSchemas('connamespace')}`);

test('each schema has its tables, with these columns and no others', async () => {
  const columns = await pairs(`
    select attrelid::regclass::text,
           array_to_json(array_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod),
             case when attnotnull then 'not null' end, case when atthasdef then 'default' end) order by attnum))
    from pg_attribute join pg_class on pg_class.oid = attrelid
    where relkind = 'r' and attnum > 0 and ${inPactSchemas('relnamespace')} group by 1`);
  expect(columns).toEqual(columnsOfTables);
});

test('nothing is made outside the three schemas', async () => {
  // 16384 is the first oid that a server gives to what its users make.
  const made = await database.sql.unsafe<{ name: string }[]>(`
    select nspname::text as name from pg_namespace
    where oid >= 16384 and not ${inPactSchemas('oid')}
    union all
    select oid::regclass::text from pg_class
    where oid >= 16384 and not ${inPactSchemas('relnamespace')} and relnamespace <> 'pg_toast'::regnamespace
    union all
    select oid::regprocedure::text from pg_proc
    where oid >= 16384 and not ${inPactSchemas('pronamespace')}`);
  expect(made).toEqual([]);
});

test('each table has its primary key', async () => {
  expect(await constraints('p')).toEqual({
    pk_aws_parameter_versions: 'aws.parameter_versions PRIMARY KEY (name, version_id)',
    pk_aws_parameters: 'aws.parameters PRIMARY KEY (name)',
    pk_aws_secrets: 'aws.secrets PRIMARY KEY (name)',
    pk_aws_staging_labels: 'aws.staging_labels PRIMARY KEY (name, label)',
    pk_aws_versions: 'aws.versions PRIMARY KEY (name, version_id)',
    pk_azure_app_config: 'azure.app_config PRIMARY KEY (key)',
    pk_azure_app_config_versions: 'azure.app_config_versions PRIMARY KEY (key, version_id)',
    pk_azure_deleted_secrets: 'azure.deleted_secrets PRIMARY KEY (name)',
    pk_azure_secrets: 'azure.secrets PRIMARY KEY (name)',
    pk_azure_versions: 'azure.versions PRIMARY KEY (name, version_id)',
    pk_gcp_parameter_versions: 'gcp.parameter_versions PRIMARY KEY (key, version_id)',
    pk_gcp_parameters: 'gcp.parameters PRIMARY KEY (key)',
    pk_gcp_secrets: 'gcp.secrets PRIMARY KEY (key)',
    pk_gcp_versions: 'gcp.versions PRIMARY KEY (key, version_id)',
  });
});

test('versions refer to what they are versions of, a staging label to its version, and all go with it', async () => {
  const versions = listedTables.map(({ schema, table, name, key, versions }) => [
    `fk_${schema}_${versions}_${table}`,
    `${schema}.${versions} FOREIGN KEY (${key}) REFERENCES ${name}(${key}) ON DELETE CASCADE`,
  ]);
  expect(await constraints('f')).toEqual({
    ...Object.fromEntries(versions),
    fk_aws_staging_labels_versions:
      'aws.staging_labels FOREIGN KEY (name, version_id)' +
      ' REFERENCES aws.versions(name, version_id) ON DELETE CASCADE',
  });
});

test('each listed table has one check on its environment, and no check is left unproven', async () => {
  const expected = listedTables.map(
    ({ schema, table }) => `chk_${schema}_${table}_environment_not_empty`,
  );
  const others = [
    'chk_aws_parameters_type_known',
    'chk_azure_deleted_secrets_purge_after_deletion',
  ];
  const checks = Object.keys(await constraints('c'));
  expect(checks.sort()).toEqual([...expected, ...others].sort());
  const unproven = await database.sql`select conname from pg_constraint where not convalidated`;
  expect(unproven).toEqual([]);
});

test('environment and location are indexed alone and together', async () => {
  const indexes = await pairs(`
    select indexrelid::regclass::text, concat_ws(' ', indrelid::regclass, indisvalid, array_to_string(array(
      select pg_get_indexdef(indexrelid, at, false) from generate_series(1, indnatts) as at), ','))
    from pg_index join pg_class on pg_class.oid = indexrelid
    where not indisprimary and ${inPactSchemas('relnamespace')}`);
  const expected = listedTables.flatMap(({ schema, table, name }) =>
    [['environment'], ['location'], ['environment', 'location']].map((columns) => [
      `${schema}.idx_${schema}_${table}_${columns.join('_')}`,
      `${name} t ${columns.join(',')}`,
    ]),
  );
  expect(indexes).toEqual(Object.fromEntries(expected));
});

describe('the functions', () => {
  const functions = (): Promise<readonly { name: string; language: string; config: unknown }[]> =>
    database.sql.unsafe(`
      select pg_proc.oid::regprocedure::text as name, lanname as language, array_to_json(proconfig) as config
      from pg_proc join pg_language on pg_language.oid = prolang where ${inPactSchemas('pronamespace')}`);

  test('functions that list environments and locations are in plpgsql, for each listed table', async () => {
    const listing = (await functions()).filter(({ language }) => language === 'plpgsql');
    const expected = listedTables.flatMap(({ schema, noun }) => [
      `${schema}.list_${noun}_environments()`,
      `${schema}.list_${noun}_locations()`,
    ]);
    expect(listing.map(({ name }) => name).sort()).toEqual(expected.sort());
  });

  test('all pin their search_path', async () => {
    const loose = (await functions()).filter(
      ({ config }) => JSON.stringify(config) !== '["search_path=pg_catalog"]',
    );
    expect(loose).toEqual([]);
  });
});

test('every table has a comment', async () => {
  const rows = await database.sql.unsafe<{ table: string }[]>(`
    select oid::regclass::text as table from pg_class
    where relkind = 'r' and obj_description(oid, 'pg_class') is null and ${inPactSchemas('relnamespace')}`);
  expect(rows).toEqual([]);
});
