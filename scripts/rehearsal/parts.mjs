import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * What the build has the program do, so that V8 compiles what most runs use: a run that applies a few files of the usual
 * kinds, and one that finds them applied. As what is typed behind `pgm`.
 */
export function actsOn(directory) {
  const words = ['migrate', '--dir', directory, '--wait-timeout', '0'];
  return [words, words];
}

/** The migrations, by their paths. None needs PostgreSQL's grammar, which would take longer to load than all else. */
const files = {
  'a/001_create_schema.sql': 'CREATE SCHEMA IF NOT EXISTS a;\n',
  'a/002_create_tables.sql': `-- What is sold, and to whom.
CREATE TABLE IF NOT EXISTS a.customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name varchar(80) NOT NULL CHECK (name <> ''),
  "E-mail" text UNIQUE,
  since timestamptz DEFAULT now()
);
/* Said twice, so that the server has something to remark. */
CREATE TABLE IF NOT EXISTS a.customers (id bigint);
COMMENT ON TABLE a.customers IS 'It''s one row a customer';
`,
  'a/003_create_index.sql':
    'CREATE INDEX IF NOT EXISTS customers_name ON a.customers (lower(name));\n',
  'a/004_add_column.sql': `ALTER TABLE a.customers ADD COLUMN IF NOT EXISTS notes jsonb;
UPDATE a.customers SET notes = '{"seen": false}' WHERE notes IS NULL;
`,
  'a/005_create_function.sql': `CREATE OR REPLACE FUNCTION a.touch() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  NEW.since := now();
  RETURN NEW;
END
$body$;
CREATE TRIGGER touched BEFORE UPDATE ON a.customers FOR EACH ROW EXECUTE FUNCTION a.touch();
`,
  'b/001_create_schema.sql': 'CREATE SCHEMA IF NOT EXISTS b;\n',
  'b/002_fill.sql': `CREATE TABLE b.rates (code text, rate numeric(8, 4));
INSERT INTO b.rates (code, rate) VALUES ('EUR', 1), (E'US\\x44', 1.0842e0) ON CONFLICT DO NOTHING;
`,
};

export function writeFiles(directory) {
  for (const [path, sql] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), sql);
  }
}
