import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kindOf } from '../../../src/core/new-file/kind.js';
import { textOfNewFile } from '../../../src/core/new-file/skeleton.js';
import { type Kind, skeletons } from '../../../src/core/new-file/skeletons.js';
import { createDatabase, type Database } from '../../support/database.js';
import { fileOf, foundIn, prove } from '../../support/proof.js';
import { migrateFiles } from '../../support/run.js';

/** A name for each kind, as somebody would give it. */
const names: Readonly<Record<Kind, string>> = {
  table: 'create_labels_table',
  column: 'add_environment_and_location_columns',
  index: 'add_labels_index',
  'unique index': 'add_unique_labels',
  type: 'create label type',
  constraint: 'add_environment_checks',
  'foreign key': 'add_labels_fk',
  policy: 'tenantPolicy',
  trigger: 'add_update_trigger',
  view: 'update_labels_view',
  'materialized view': 'create_materialized_view',
  function: 'create_list_functions',
  procedure: 'add_procedure',
  sequence: 'add_sequence',
  schema: 'create_schema',
  grant: 'grant_select',
  insert: 'seed_labels_table',
  fill: 'fill_environment_and_location',
  rename: 'rename_column',
  'drop table': 'drop_labels',
  'drop column': 'drop_labels_column',
  'drop index': 'drop_labels_index',
  'drop constraint': 'drop_labels_check',
  'drop policy': 'drop_policy',
  'drop trigger': 'drop_trigger',
  'drop type': 'drop_type',
  'drop view': 'drop_view',
  'drop function': 'remove_function',
  other: 'tidy_up',
};
const kinds = Object.keys(skeletons) as Kind[];

test.each(kinds)('%s is told by its name', (kind) => {
  expect(kindOf(names[kind])).toBe(kind);
});

/** What the placeholders stand for. */
const before = `create schema if not exists app;
create table if not exists app.other_table (id text primary key);
create table if not exists app.table_name (column_name text unique);`;
const oldName = `alter table app.table_name add column if not exists old_name text;`;

const filled = (schema: string, name: string): string =>
  textOfNewFile(schema, name)
    .replaceAll('<statements>', 'select 1;')
    .replace(/<(\w+)>/g, '$1');

describe('with its placeholders as names, pgm verify finds nothing in a skeleton', () => {
  test.each(kinds)('%s', async (kind) => {
    const isTable = kind === 'table' || kind === 'drop table';
    const files = {
      'app/001_before.sql': isTable ? 'create schema if not exists app;' : before,
      ...(kind === 'rename' && { 'app/002_old.sql': `-- pgm:once\n${oldName}` }),
      'app/003_new.sql': filled('app', names[kind]),
    };
    const proof = await prove(files, { roles: ['role_name'] });
    expect(foundIn(proof, 'app/003_new.sql')).toEqual([]);
    expect(fileOf(proof, 'app/003_new.sql').verdict).toBe(kind === 'rename' ? 'runs once' : 'fit');
  });
});

describe('on a real database', () => {
  let database: Database;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  test('a file that nobody has written yet fails and changes nothing, of whatever kind', async () => {
    // A schema has nothing to fill in, and is whole as it is.
    const unwritten = kinds.filter((kind) => kind !== 'schema');
    const files = Object.fromEntries(
      unwritten.map((kind, at) => [`app/${at}_x.sql`, textOfNewFile('app', names[kind])]),
    );
    const { report } = await migrateFiles(
      { 'aws/001_a.sql': before, ...files },
      { database: database.name },
    );
    const states = report.statuses.filter(({ key }) => key.startsWith('app/'));
    expect(
      states.map(({ key, state }) => [key, state]).filter(([, state]) => state === 'applied'),
    ).toEqual([]);
    expect(states).toHaveLength(unwritten.length);
    expect(
      await database.sql`select from pg_class where relnamespace = 'app'::regnamespace and relkind = 'S'`,
    ).toEqual([]);
  });

  test('a schema is quoted wherever the server needs it', async () => {
    const rows = await database.sql`select word from pg_get_keywords()`;
    const words = rows.map((row) => String(row['word'])).filter((word) => !/^pg_/.test(word));
    for (const schema of [...words, 'Größe', 'my$app', 'MixedCase', 'x'.repeat(63)]) {
      await database.sql.unsafe(textOfNewFile(schema, 'create_schema'));
      await database.sql.unsafe(filled(schema, 'create_table'));
      expect(await database.sql`select from pg_namespace where nspname = ${schema}`).toHaveLength(
        1,
      );
    }
  });
});
