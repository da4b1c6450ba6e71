import type { Example } from '../../../src/core/lint/rule-text.js';

export interface Safe {
  readonly what: string;
  readonly files: Example;
}

const sync = `CREATE OR REPLACE FUNCTION sync_mail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.mail IS DISTINCT FROM OLD.mail THEN NEW.email := NEW.mail;
  ELSE NEW.mail := coalesce(NEW.email, NEW.mail); END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER sync_mail BEFORE INSERT OR UPDATE ON drivers FOR EACH ROW EXECUTE FUNCTION sync_mail();`;

/** What the dangerous ones should have been. Where steps need a commit between them, each is a file. */
export const safe: readonly Safe[] = [
  {
    what: 'an index built CONCURRENTLY',
    files: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS parcels_sent ON parcels (sent_at);',
  },
  {
    what: 'NOT NULL by way of a valid CHECK',
    files: {
      'p/001_check.sql':
        'ALTER TABLE parcels DROP CONSTRAINT IF EXISTS has_driver, ADD CONSTRAINT has_driver CHECK (driver_id IS NOT NULL) NOT VALID;',
      'p/002_validate.sql': 'ALTER TABLE parcels VALIDATE CONSTRAINT has_driver;',
      'p/003_not_null.sql': 'ALTER TABLE parcels ALTER COLUMN driver_id SET NOT NULL;',
    },
  },
  {
    what: 'NOT NULL NOT VALID, as of PostgreSQL 18',
    files: {
      'p/001_not_null.sql':
        'ALTER TABLE parcels DROP CONSTRAINT IF EXISTS has_driver, ADD CONSTRAINT has_driver NOT NULL driver_id NOT VALID;',
      'p/002_validate.sql': 'ALTER TABLE parcels VALIDATE CONSTRAINT has_driver;',
    },
  },
  {
    what: 'a column with a constant default',
    files: 'ALTER TABLE parcels ADD COLUMN IF NOT EXISTS is_gift boolean NOT NULL DEFAULT false;',
  },
  {
    what: 'a foreign key that is validated later',
    files: {
      'p/001_key.sql':
        'ALTER TABLE parcels DROP CONSTRAINT IF EXISTS of_driver, ADD CONSTRAINT of_driver FOREIGN KEY (driver_id) REFERENCES drivers (id) NOT VALID;',
      'p/002_validate.sql': 'ALTER TABLE parcels VALIDATE CONSTRAINT of_driver;',
    },
  },
  {
    what: 'UNIQUE by way of an index built CONCURRENTLY',
    files: {
      'p/001_index.sql':
        'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS licence ON drivers (licence);',
      'p/002_unique.sql':
        'DO $$ BEGIN ALTER TABLE drivers ADD CONSTRAINT licence UNIQUE USING INDEX licence; EXCEPTION WHEN object_not_in_prerequisite_state OR duplicate_table THEN NULL; END $$;',
    },
  },
  {
    what: 'a value of an enum, alone',
    files: "ALTER TYPE parcel_state ADD VALUE IF NOT EXISTS 'lost';",
  },
  {
    what: 'rows filled a few thousand at a time',
    files:
      'UPDATE parcels SET zone = zone_of(postcode) WHERE id IN (SELECT id FROM parcels WHERE zone IS NULL ORDER BY id LIMIT 5000);',
  },
  {
    what: 'the first half of a rename: both columns, kept alike by a trigger',
    files: `ALTER TABLE drivers ADD COLUMN IF NOT EXISTS email text;\n${sync}`,
  },
  {
    what: 'the first half of a wider key: a new column, a trigger, an index built CONCURRENTLY',
    files: {
      'p/001_column.sql': `ALTER TABLE scans ADD COLUMN IF NOT EXISTS wide_id bigint;
CREATE OR REPLACE FUNCTION widen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.wide_id := NEW.id; RETURN NEW; END $$;
CREATE OR REPLACE TRIGGER widen BEFORE INSERT OR UPDATE ON scans FOR EACH ROW EXECUTE FUNCTION widen();`,
      'p/002_index.sql':
        'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS scans_wide ON scans (wide_id);',
    },
  },
  {
    what: 'a CHECK that is validated later',
    files: {
      'p/001_check.sql':
        'ALTER TABLE parcels DROP CONSTRAINT IF EXISTS light, ADD CONSTRAINT light CHECK (grams < 30000) NOT VALID;',
      'p/002_validate.sql': 'ALTER TABLE parcels VALIDATE CONSTRAINT light;',
    },
  },
  {
    what: 'DETACH PARTITION CONCURRENTLY',
    files: '-- pgm:once\nALTER TABLE scans DETACH PARTITION scans_2020 CONCURRENTLY;',
  },
  {
    what: 'two columns by one ALTER TABLE',
    files:
      'ALTER TABLE parcels ADD COLUMN IF NOT EXISTS channel text, ADD COLUMN IF NOT EXISTS source text;',
  },
  {
    what: 'a new table with its key and indexes',
    files: `CREATE TABLE IF NOT EXISTS claims (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  parcel_id bigint NOT NULL REFERENCES parcels (id),
  state text NOT NULL DEFAULT 'open',
  made_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS claims_parcel ON claims (parcel_id, made_at DESC);
CREATE INDEX IF NOT EXISTS claims_open ON claims (made_at) WHERE state = 'open';`,
  },
  {
    what: 'an index dropped CONCURRENTLY',
    files: 'DROP INDEX CONCURRENTLY IF EXISTS parcels_sent;',
  },
  {
    what: 'a column that may be null',
    files: 'ALTER TABLE drivers ADD COLUMN IF NOT EXISTS phone text;',
  },
  {
    what: 'a column, its rows, a CHECK and a unique index, each step on its own',
    files: {
      'p/001_column.sql': 'ALTER TABLE tours ADD COLUMN IF NOT EXISTS slug text;',
      'p/002_fill.sql':
        'UPDATE tours SET slug = lower(name) WHERE id IN (SELECT id FROM tours WHERE slug IS NULL ORDER BY id LIMIT 5000);',
      'p/003_check.sql':
        'ALTER TABLE tours DROP CONSTRAINT IF EXISTS has_slug, ADD CONSTRAINT has_slug CHECK (slug IS NOT NULL) NOT VALID;',
      'p/004_validate.sql': 'ALTER TABLE tours VALIDATE CONSTRAINT has_slug;',
      'p/005_index.sql':
        'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS tours_slug ON tours (slug);',
    },
  },
];
