/** Statements by kind, each of them safe to run twice; `$schema` is the schema. */
export const skeletons = {
  table: {
    advice: [],
    sql: `CREATE TABLE IF NOT EXISTS $schema.<table_name> (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  <column_name> text NOT NULL
);`,
  },
  column: {
    advice: ['NOT NULL needs a DEFAULT here; a default that is not constant rewrites the table.'],
    sql: `ALTER TABLE $schema.<table_name> ADD COLUMN IF NOT EXISTS <column_name> text;`,
  },
  index: {
    advice: [
      'CONCURRENTLY lets others write meanwhile; alone in its file, as it cannot run in a transaction.',
      'On a table that nobody writes to yet: CREATE INDEX IF NOT EXISTS, in the file of the table.',
    ],
    sql: `CREATE INDEX CONCURRENTLY IF NOT EXISTS <index_name> ON $schema.<table_name> (<column_name>);`,
  },
  'unique index': {
    advice: [
      'CONCURRENTLY lets others write meanwhile; alone in its file, as it cannot run in a transaction.',
    ],
    sql: `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS <index_name> ON $schema.<table_name> (<column_name>);`,
  },
  type: {
    advice: ['Another value for it, in a later file: ALTER TYPE … ADD VALUE IF NOT EXISTS.'],
    sql: `DO $$ BEGIN
  CREATE TYPE $schema.<type_name> AS ENUM ('one', 'another');
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;`,
  },
  constraint: {
    advice: [
      'NOT VALID: existing rows are not read under the lock. In a later file: ALTER TABLE … VALIDATE CONSTRAINT.',
    ],
    sql: `DO $$ BEGIN
  ALTER TABLE $schema.<table_name> ADD CONSTRAINT <constraint_name>
    CHECK (<column_name> IS NOT NULL) NOT VALID;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;`,
  },
  'foreign key': {
    advice: [
      'NOT VALID: existing rows are not read under the lock. In a later file: ALTER TABLE … VALIDATE CONSTRAINT.',
    ],
    sql: `DO $$ BEGIN
  ALTER TABLE $schema.<table_name> ADD CONSTRAINT <constraint_name>
    FOREIGN KEY (<column_name>) REFERENCES $schema.<other_table> NOT VALID;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;`,
  },
  policy: {
    advice: [],
    sql: `ALTER TABLE $schema.<table_name> ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS <policy_name> ON $schema.<table_name>;
CREATE POLICY <policy_name> ON $schema.<table_name> USING (<column_name> = current_user);`,
  },
  trigger: {
    advice: [],
    sql: `CREATE OR REPLACE FUNCTION $schema.<function_name>() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER <trigger_name> BEFORE UPDATE ON $schema.<table_name>
  FOR EACH ROW EXECUTE FUNCTION $schema.<function_name>();`,
  },
  view: {
    advice: [
      'OR REPLACE can only add columns at the end; for others DROP VIEW IF EXISTS before it.',
    ],
    sql: `CREATE OR REPLACE VIEW $schema.<view_name> AS
SELECT <column_name> FROM $schema.<table_name>;`,
  },
  'materialized view': {
    advice: [],
    sql: `CREATE MATERIALIZED VIEW IF NOT EXISTS $schema.<view_name> AS
SELECT <column_name> FROM $schema.<table_name>;`,
  },
  function: {
    advice: [],
    sql: `CREATE OR REPLACE FUNCTION $schema.<function_name>() RETURNS integer LANGUAGE sql AS $$
  SELECT 1
$$;`,
  },
  procedure: {
    advice: [],
    sql: `CREATE OR REPLACE PROCEDURE $schema.<procedure_name>() LANGUAGE plpgsql AS $$
BEGIN
  NULL;
END $$;`,
  },
  sequence: {
    advice: [],
    sql: `CREATE SEQUENCE IF NOT EXISTS $schema.<sequence_name>;`,
  },
  schema: {
    advice: [],
    sql: `CREATE SCHEMA IF NOT EXISTS $schema;`,
  },
  grant: {
    advice: [],
    sql: `GRANT SELECT ON $schema.<table_name> TO <role_name>;`,
  },
  insert: {
    advice: ['ON CONFLICT needs a primary key or a unique index on the column.'],
    sql: `INSERT INTO $schema.<table_name> (<column_name>) VALUES
  ('value')
ON CONFLICT DO NOTHING;`,
  },
  fill: {
    advice: ['WHERE skips the rows that are already right, so that it can run twice.'],
    sql: `UPDATE $schema.<table_name> SET <column_name> = 'value' WHERE <column_name> IS NULL;`,
  },
  rename: {
    advice: [
      'A column cannot be renamed twice, so this file never runs again, even if it is edited.',
    ],
    sql: `ALTER TABLE $schema.<table_name> RENAME COLUMN <old_name> TO <new_name>;`,
  },
  'drop table': {
    advice: [],
    sql: `DROP TABLE IF EXISTS $schema.<table_name>;`,
  },
  'drop column': {
    advice: [],
    sql: `ALTER TABLE IF EXISTS $schema.<table_name> DROP COLUMN IF EXISTS <column_name>;`,
  },
  'drop index': {
    advice: ['Alone in its file: CONCURRENTLY cannot run in a transaction.'],
    sql: `DROP INDEX CONCURRENTLY IF EXISTS $schema.<index_name>;`,
  },
  'drop constraint': {
    advice: [],
    sql: `ALTER TABLE IF EXISTS $schema.<table_name> DROP CONSTRAINT IF EXISTS <constraint_name>;`,
  },
  'drop policy': {
    advice: [],
    sql: `DROP POLICY IF EXISTS <policy_name> ON $schema.<table_name>;`,
  },
  'drop trigger': {
    advice: [],
    sql: `DROP TRIGGER IF EXISTS <trigger_name> ON $schema.<table_name>;`,
  },
  'drop type': { advice: [], sql: `DROP TYPE IF EXISTS $schema.<type_name>;` },
  'drop view': { advice: [], sql: `DROP VIEW IF EXISTS $schema.<view_name>;` },
  'drop function': { advice: [], sql: `DROP FUNCTION IF EXISTS $schema.<function_name>;` },
  other: {
    advice: [
      'It may run twice: IF NOT EXISTS, OR REPLACE, ON CONFLICT, or a WHERE that matches only once.',
    ],
    sql: `<statements>`,
  },
} as const satisfies Readonly<
  Record<string, { readonly advice: readonly string[]; readonly sql: string }>
>;

export type Kind = keyof typeof skeletons;
