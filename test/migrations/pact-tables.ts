import type postgres from 'postgres';
import type { PactSchema } from './pact-files.js';

/** A table whose rows have versions, an environment and a location. */
export interface ListedTable {
  readonly schema: PactSchema;
  readonly table: string;
  /** `gcp.secrets` */
  readonly name: string;
  /** The column of its primary key. */
  readonly key: string;
  /** The table of its versions, in the same schema. */
  readonly versions: string;
  /** What the names of the listing functions call a row: `list_<noun>_environments`. */
  readonly noun: string;
}

function listedTable(schema: PactSchema, noun: string, table: string, key: string): ListedTable {
  const versions = table === 'secrets' ? 'versions' : `${noun}_versions`;
  return { schema, table, name: `${schema}.${table}`, key, versions, noun };
}

/** In the order in which the files of a schema make them. */
export const listedTables: readonly ListedTable[] = [
  listedTable('aws', 'secret', 'secrets', 'name'),
  listedTable('aws', 'parameter', 'parameters', 'name'),
  listedTable('azure', 'secret', 'secrets', 'name'),
  listedTable('azure', 'app_config', 'app_config', 'key'),
  listedTable('gcp', 'secret', 'secrets', 'key'),
  listedTable('gcp', 'parameter', 'parameters', 'key'),
];

/** What the listing function for that table gives, in its order. */
export async function listPlaces(
  sql: postgres.Sql,
  { schema, noun }: ListedTable,
  what: 'environments' | 'locations',
): Promise<readonly unknown[]> {
  const rows = await sql.unsafe<Record<string, unknown>[]>(
    `select * from ${schema}.list_${noun}_${what}()`,
  );
  return rows.map((row) => Object.values(row)[0]);
}

const created = 'created_at bigint not null default';
const times = [created, 'updated_at bigint not null default'];
const place = ['environment text', 'location text'];

function secrets(key: string): readonly string[] {
  const disabled = 'disabled boolean not null default';
  return [`${key} text not null`, disabled, 'metadata jsonb', ...times, ...place];
}

function versions(key: string, data = 'data jsonb not null'): readonly string[] {
  const enabled = 'enabled boolean not null default';
  return [`${key} text not null`, 'version_id text not null', data, enabled, created];
}

const settings = ['key text not null', 'metadata jsonb', ...times, ...place];

/** The columns of every table, in order, as `<name> <type> [not null] [default]`. */
export const columnsOfTables: Readonly<Record<string, readonly string[]>> = {
  'aws.parameter_versions': versions('name'),
  'aws.parameters': [
    ...['name text not null', 'type text not null default', 'description text', 'metadata jsonb'],
    ...times,
    ...place,
  ],
  'aws.secrets': secrets('name'),
  'aws.staging_labels': [
    ...['name text not null', 'label text not null', 'version_id text not null'],
    ...times,
  ],
  'aws.versions': versions('name'),
  'azure.app_config': settings,
  'azure.app_config_versions': versions('key'),
  'azure.deleted_secrets': [
    ...['name text not null', 'data jsonb not null'],
    ...['deleted_at bigint not null default', 'scheduled_purge_at bigint not null default'],
  ],
  'azure.secrets': secrets('name'),
  'azure.versions': versions('name'),
  'gcp.parameter_versions': versions('key'),
  'gcp.parameters': settings,
  'gcp.secrets': secrets('key'),
  // A destroyed version of a secret keeps its row and loses its data.
  'gcp.versions': versions('key', 'data jsonb'),
};
