import type { Example } from '../../../src/core/lint/rule-text.js';
import type { LintRuleName } from '../../../src/core/statements/rule-names.js';

export interface Dangerous {
  readonly hazard: string;
  readonly files: Example;
  /** What names the hazard; null where pgm itself takes it away. */
  readonly rule: LintRuleName | null;
}

/** The hazards of a single statement or two. */
const single: readonly Dangerous[] = [
  {
    hazard: 'an index that shuts out writers',
    files: 'CREATE INDEX IF NOT EXISTS parcels_sent ON parcels (sent_at);',
    rule: 'index-without-concurrently',
  },
  {
    hazard: 'the same with a lock_timeout, which does not help',
    files:
      "SET lock_timeout = '3s';\nCREATE INDEX IF NOT EXISTS parcels_sent ON parcels (sent_at);",
    rule: 'index-without-concurrently',
  },
  {
    hazard: 'a definition that waits for its lock without end',
    files: 'SET lock_timeout = 0;\nALTER TABLE drivers ADD COLUMN IF NOT EXISTS phone text;',
    rule: 'lock-timeout-off',
  },
  {
    hazard: 'SET NOT NULL reads the table',
    files: 'ALTER TABLE parcels ALTER COLUMN driver_id SET NOT NULL;',
    rule: 'set-not-null-scans-table',
  },
  {
    hazard: 'CHECK reads the table',
    files:
      'ALTER TABLE parcels DROP CONSTRAINT IF EXISTS light, ADD CONSTRAINT light CHECK (grams < 30000);',
    rule: 'check-without-not-valid',
  },
  {
    hazard: 'a volatile default writes the table anew',
    files:
      'ALTER TABLE parcels ADD COLUMN IF NOT EXISTS token uuid NOT NULL DEFAULT gen_random_uuid();',
    rule: 'alter-rewrites-table',
  },
  {
    hazard: 'a stored generated column writes the table anew',
    files:
      'ALTER TABLE parcels ADD COLUMN IF NOT EXISTS kilos numeric GENERATED ALWAYS AS (grams / 1000.0) STORED;',
    rule: 'alter-rewrites-table',
  },
  {
    hazard: 'int to bigint writes the table anew',
    files: 'ALTER TABLE scans ALTER COLUMN id TYPE bigint;',
    rule: 'alter-rewrites-table',
  },
  {
    hazard: 'a foreign key reads both tables',
    files:
      'ALTER TABLE parcels DROP CONSTRAINT IF EXISTS of_driver, ADD CONSTRAINT of_driver FOREIGN KEY (driver_id) REFERENCES drivers (id);',
    rule: 'foreign-key-without-not-valid',
  },
  {
    hazard: 'a UNIQUE constraint builds its index under ACCESS EXCLUSIVE',
    files:
      'ALTER TABLE drivers DROP CONSTRAINT IF EXISTS licence, ADD CONSTRAINT licence UNIQUE (licence);',
    rule: 'unique-without-using-index',
  },
  {
    hazard: 'a new value of an enum is used where it is added',
    files:
      "ALTER TYPE parcel_state ADD VALUE IF NOT EXISTS 'lost';\nUPDATE parcels SET state = 'lost' WHERE lost_at IS NOT NULL;",
    rule: 'enum-value-used-where-added',
  },
  {
    hazard: 'CONCURRENTLY in a transaction',
    files:
      'DO $$ BEGIN CREATE INDEX CONCURRENTLY IF NOT EXISTS parcels_sent ON parcels (sent_at); END $$;',
    rule: 'outside-transaction-in-block',
  },
  {
    hazard: 'a retry takes over an index that a failed build left INVALID: pgm builds it anew',
    files: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS drivers_phone ON drivers (phone);',
    rule: null,
  },
];

const lossy: readonly Dangerous[] = [
  {
    hazard: 'a column that programs still read is dropped',
    files: 'ALTER TABLE drivers DROP COLUMN IF EXISTS nickname;',
    rule: 'drop-column',
  },
  {
    hazard: 'a table is dropped with all that depends on it',
    files: 'DROP TABLE IF EXISTS tours_of_old CASCADE;',
    rule: 'drop-table',
  },
  {
    hazard: 'a column gets another name under running programs',
    files:
      "DO $$ BEGIN IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'drivers'::regclass AND attname = 'mail') THEN ALTER TABLE drivers RENAME COLUMN mail TO email; END IF; END $$;",
    rule: 'rename-in-use',
  },
  {
    hazard: 'so does a table',
    files: 'ALTER TABLE IF EXISTS tours RENAME TO routes;',
    rule: 'rename-in-use',
  },
  {
    hazard: 'rows are filled while ACCESS EXCLUSIVE is held',
    files:
      'ALTER TABLE parcels ADD COLUMN IF NOT EXISTS zone text;\nUPDATE parcels SET zone = zone_of(postcode) WHERE zone IS NULL;',
    rule: 'work-under-lock',
  },
  {
    hazard: 'a published table loses its primary key',
    files: 'ALTER TABLE parcels DROP CONSTRAINT IF EXISTS parcels_pkey;',
    rule: 'replica-identity-lost',
  },
  {
    hazard: 'rows are loaded past foreign keys',
    files:
      'ALTER TABLE parcels DISABLE TRIGGER ALL;\nINSERT INTO parcels SELECT * FROM loaded ON CONFLICT DO NOTHING;\nALTER TABLE parcels ENABLE TRIGGER ALL;',
    rule: 'triggers-switched-off',
  },
  {
    hazard: 'all rows are written in one transaction',
    files: 'UPDATE parcels SET zone = zone_of(postcode);',
    rule: 'update-without-where',
  },
  {
    hazard: 'DETACH PARTITION locks the parent',
    files: {
      'p/001_scans.sql':
        'CREATE TABLE IF NOT EXISTS scans (at timestamptz) PARTITION BY RANGE (at);',
      'p/002_detach.sql':
        "DO $$ BEGIN IF EXISTS (SELECT FROM pg_inherits WHERE inhrelid = 'scans_2020'::regclass) THEN ALTER TABLE scans DETACH PARTITION scans_2020; END IF; END $$;",
    },
    rule: 'detach-without-concurrently',
  },
  {
    hazard: 'ATTACH PARTITION reads the new partition',
    files:
      "DO $$ BEGIN ALTER TABLE scans ATTACH PARTITION scans_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01'); EXCEPTION WHEN wrong_object_type THEN NULL; END $$;",
    rule: 'attach-scans-partition',
  },
  {
    hazard: 'several tables stay locked behind each other, and an index is built under that',
    files:
      'ALTER TABLE drivers ADD COLUMN IF NOT EXISTS seen_at timestamptz;\nALTER TABLE parcels ADD COLUMN IF NOT EXISTS channel text;\nALTER TABLE tours ADD COLUMN IF NOT EXISTS source text;\nCREATE INDEX IF NOT EXISTS parcels_channel ON parcels (channel);',
    rule: 'work-under-lock',
  },
  {
    hazard: 'VACUUM FULL',
    files: 'VACUUM FULL scans;',
    rule: 'cluster-or-vacuum-full',
  },
  {
    hazard: 'TRUNCATE empties the tables that reference it too',
    files: 'TRUNCATE drivers CASCADE;',
    rule: 'truncate-table',
  },
];

/** Several in one file, as programs and hurried people write them. */
const mixed: readonly Dangerous[] = [
  {
    hazard: 'a default that looks constant, and its index',
    files:
      "ALTER TABLE drivers ADD COLUMN IF NOT EXISTS options jsonb NOT NULL DEFAULT '{}';\nALTER TABLE drivers ADD COLUMN IF NOT EXISTS public_id uuid NOT NULL DEFAULT gen_random_uuid();\nCREATE INDEX IF NOT EXISTS drivers_public ON drivers (public_id);",
    rule: 'alter-rewrites-table',
  },
  {
    hazard: 'a new state, its rows and its index in one transaction',
    files:
      "BEGIN;\nALTER TYPE parcel_state ADD VALUE IF NOT EXISTS 'returned';\nUPDATE parcels SET state = 'returned' WHERE returned_at IS NOT NULL AND state <> 'returned';\nCREATE INDEX IF NOT EXISTS parcels_returned ON parcels (returned_at) WHERE state = 'returned';\nCOMMIT;",
    rule: 'enum-value-used-where-added',
  },
  {
    hazard: 'an owner for every table',
    files:
      'CREATE TABLE IF NOT EXISTS depots (id bigint PRIMARY KEY);\nALTER TABLE drivers ADD COLUMN IF NOT EXISTS depot_id bigint;\nALTER TABLE parcels ADD COLUMN IF NOT EXISTS depot_id bigint;\nALTER TABLE drivers DROP CONSTRAINT IF EXISTS d, ADD CONSTRAINT d FOREIGN KEY (depot_id) REFERENCES depots (id);\nCREATE INDEX IF NOT EXISTS drivers_depot ON drivers (depot_id);\nCREATE INDEX IF NOT EXISTS parcels_depot ON parcels (depot_id);',
    rule: 'foreign-key-without-not-valid',
  },
  {
    hazard: 'a column is added, filled and made NOT NULL at once',
    files:
      'ALTER TABLE tours ADD COLUMN IF NOT EXISTS ended_at timestamptz;\nALTER TABLE tours ADD COLUMN IF NOT EXISTS is_hidden boolean DEFAULT false;\nUPDATE tours SET ended_at = changed_at WHERE is_ended AND ended_at IS NULL;\nALTER TABLE tours ALTER COLUMN is_hidden SET NOT NULL;',
    rule: 'work-under-lock',
  },
  {
    hazard: 'rows move from the default partition into one that is then attached',
    files:
      "CREATE TABLE IF NOT EXISTS scans_2027 (LIKE scans INCLUDING DEFAULTS);\nINSERT INTO scans_2027 SELECT * FROM scans_rest WHERE at >= '2027-01-01' AND at < '2028-01-01' ON CONFLICT DO NOTHING;\nDELETE FROM scans_rest WHERE at >= '2027-01-01' AND at < '2028-01-01';\nDO $$ BEGIN ALTER TABLE scans ATTACH PARTITION scans_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01'); EXCEPTION WHEN wrong_object_type THEN NULL; END $$;",
    rule: 'attach-scans-partition',
  },
  {
    hazard: 'a key becomes wider in place',
    files:
      'ALTER TABLE tours ALTER COLUMN id TYPE bigint;\nALTER TABLE tours DROP CONSTRAINT IF EXISTS tours_pkey;\nALTER TABLE tours ADD CONSTRAINT tours_pkey PRIMARY KEY (id);\nDROP INDEX IF EXISTS tours_driver;\nCREATE INDEX IF NOT EXISTS tours_driver ON tours (driver_id);',
    rule: 'alter-rewrites-table',
  },
  {
    hazard: 'what is old is cleared away',
    files:
      'DROP TABLE IF EXISTS sessions_of_old CASCADE;\nALTER TABLE drivers DROP COLUMN IF EXISTS old_token;\nALTER TABLE drivers DROP COLUMN IF EXISTS old_secret;',
    rule: 'drop-table',
  },
];

export const dangerous: readonly Dangerous[] = [...single, ...lossy, ...mixed];
