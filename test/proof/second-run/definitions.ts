import type { Case } from './case.js';

const changes = 'changes something the second time';
const table = 'CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY, a int, b text);';
const guard = (condition: string, statement: string): string =>
  `DO $$ BEGIN IF ${condition} THEN ${statement} END IF; END $$;`;
const look = (catalog: string, what: string): string =>
  `there is no IF NOT EXISTS for it: put it into a DO block that checks ${catalog} for ${what} first`;
const dropConstraintFirst =
  'write DROP CONSTRAINT IF EXISTS before it, or put it into a DO block that checks pg_constraint for its name first';

/** CREATE and DROP. */
export const creations: readonly Case[] = [
  {
    name: 'create_table',
    unfit: { sql: 'CREATE TABLE t (id int);', at: '2:1', fix: 'write CREATE TABLE IF NOT EXISTS' },
    fit: 'CREATE TABLE IF NOT EXISTS t (id int);',
  },
  {
    name: 'create_table_as',
    unfit: {
      sql: 'SELECT 1;\n  CREATE TABLE t AS SELECT 1 AS n;',
      at: '3:3',
      fix: 'write CREATE TABLE IF NOT EXISTS',
    },
    fit: 'CREATE TABLE IF NOT EXISTS t AS SELECT 1 AS n;',
  },
  {
    name: 'create_index',
    before: table,
    unfit: {
      sql: 'CREATE INDEX t_a ON t (a);',
      at: '2:1',
      fix: 'write CREATE INDEX IF NOT EXISTS, with a name',
    },
    fit: 'CREATE INDEX IF NOT EXISTS t_a ON t (a);',
    warned: ['index-shuts-out-writers'],
  },
  {
    name: 'create_unnamed_index',
    before: table,
    unfit: {
      sql: 'CREATE INDEX ON t (a);',
      verdict: changes,
      at: '2:1',
      says: 'index create_unnamed_index_unfit.t_a_idx1 (added)',
      fix: 'write CREATE INDEX IF NOT EXISTS, with a name',
    },
    fit: null,
  },
  {
    name: 'create_unique_index',
    before: table,
    unfit: {
      sql: 'CREATE UNIQUE INDEX t_a ON t (a);',
      at: '2:1',
      fix: 'write CREATE INDEX IF NOT EXISTS, with a name',
    },
    fit: 'CREATE UNIQUE INDEX IF NOT EXISTS t_a ON t (a);',
    warned: ['index-shuts-out-writers'],
  },
  {
    name: 'create_index_concurrently',
    before: table,
    isBare: true,
    unfit: {
      sql: 'CREATE INDEX CONCURRENTLY t_a ON {s}.t (a);',
      at: '1:1',
      fix: 'write CREATE INDEX IF NOT EXISTS, with a name',
    },
    fit: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS t_a ON {s}.t (a);',
  },
  {
    name: 'create_sequence',
    unfit: { sql: 'CREATE SEQUENCE q;', at: '2:1', fix: 'write CREATE SEQUENCE IF NOT EXISTS' },
    fit: 'CREATE SEQUENCE IF NOT EXISTS q;',
  },
  {
    name: 'create_view',
    unfit: {
      sql: 'CREATE VIEW v AS SELECT 1 AS n;',
      at: '2:1',
      fix: 'write CREATE OR REPLACE VIEW',
    },
    fit: 'CREATE OR REPLACE VIEW v AS SELECT 1 AS n;',
  },
  {
    name: 'create_materialized_view',
    unfit: {
      sql: 'CREATE MATERIALIZED VIEW v AS SELECT 1 AS n;',
      at: '2:1',
      fix: 'write CREATE MATERIALIZED VIEW IF NOT EXISTS',
    },
    fit: 'CREATE MATERIALIZED VIEW IF NOT EXISTS v AS SELECT 1 AS n;',
  },
  {
    name: 'create_schema',
    unfit: {
      sql: 'CREATE SCHEMA {s}_more;',
      at: '2:1',
      fix: 'write CREATE SCHEMA IF NOT EXISTS',
    },
    fit: 'CREATE SCHEMA IF NOT EXISTS {s}_more;',
  },
  {
    name: 'create_enum',
    unfit: {
      sql: "CREATE TYPE mood AS ENUM ('sad', 'ok');",
      at: '2:1',
      fix: look('pg_type', 'its name'),
    },
    fit: guard("to_regtype('mood') IS NULL", "CREATE TYPE mood AS ENUM ('sad', 'ok');"),
  },
  {
    name: 'create_composite',
    unfit: {
      sql: 'CREATE TYPE pair AS (a int, b int);',
      at: '2:1',
      fix: look('pg_type', 'its name'),
    },
    fit: guard("to_regtype('pair') IS NULL", 'CREATE TYPE pair AS (a int, b int);'),
  },
  {
    name: 'create_range',
    unfit: {
      sql: 'CREATE TYPE span AS RANGE (subtype = int);',
      at: '2:1',
      fix: look('pg_type', 'its name'),
    },
    fit: guard("to_regtype('span') IS NULL", 'CREATE TYPE span AS RANGE (subtype = int);'),
  },
  {
    name: 'create_domain',
    unfit: {
      sql: 'CREATE DOMAIN positive AS int CHECK (VALUE > 0);',
      at: '2:1',
      fix: look('pg_type', 'its name'),
    },
    fit: guard(
      "to_regtype('positive') IS NULL",
      'CREATE DOMAIN positive AS int CHECK (VALUE > 0);',
    ),
  },
  {
    name: 'create_function',
    unfit: {
      sql: "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
      at: '2:1',
      fix: 'write CREATE OR REPLACE FUNCTION',
    },
    fit: "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
  },
  {
    name: 'create_procedure',
    unfit: {
      sql: "CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';",
      at: '2:1',
      fix: 'write CREATE OR REPLACE PROCEDURE',
    },
    fit: "CREATE OR REPLACE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';",
  },
  {
    name: 'create_aggregate',
    unfit: {
      sql: 'CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);',
      at: '2:1',
      fix: 'write CREATE OR REPLACE AGGREGATE',
    },
    fit: 'CREATE OR REPLACE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);',
  },
  {
    name: 'create_trigger',
    before: `${table}
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';`,
    unfit: {
      sql: 'CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();',
      at: '2:1',
      fix: 'write CREATE OR REPLACE TRIGGER, or DROP TRIGGER IF EXISTS before it',
    },
    fit: 'CREATE OR REPLACE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();',
  },
  {
    name: 'create_rule',
    before: table,
    unfit: {
      sql: 'CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;',
      at: '2:1',
      fix: 'write CREATE OR REPLACE RULE',
    },
    fit: 'CREATE OR REPLACE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;',
  },
  {
    name: 'create_policy',
    before: table,
    unfit: {
      sql: 'ALTER TABLE t ENABLE ROW LEVEL SECURITY;\nCREATE POLICY p ON t USING (a > 0);',
      at: '3:1',
      fix: 'write DROP POLICY IF EXISTS before it',
    },
    fit: 'ALTER TABLE t ENABLE ROW LEVEL SECURITY;\nDROP POLICY IF EXISTS p ON t;\nCREATE POLICY p ON t USING (a > 0);',
  },
  {
    name: 'create_publication',
    before: table,
    unfit: {
      sql: 'CREATE PUBLICATION {s} FOR TABLE t;',
      at: '2:1',
      fix: look('pg_publication', 'its name'),
    },
    fit: guard(
      "NOT EXISTS (SELECT FROM pg_publication WHERE pubname = '{s}')",
      'CREATE PUBLICATION {s} FOR TABLE t;',
    ),
  },
  {
    name: 'create_cast',
    before: guard("to_regtype('pair') IS NULL", 'CREATE TYPE pair AS (a int, b int);'),
    unfit: {
      sql: 'CREATE CAST (pair AS text) WITH INOUT;',
      at: '2:1',
      fix: 'write DROP CAST IF EXISTS before it',
    },
    fit: 'DROP CAST IF EXISTS (pair AS text);\nCREATE CAST (pair AS text) WITH INOUT;',
  },
  {
    name: 'create_operator',
    unfit: {
      sql: 'CREATE OPERATOR <+> (FUNCTION = int4pl, LEFTARG = int, RIGHTARG = int);',
      at: '2:1',
      fix: 'write DROP OPERATOR IF EXISTS before it',
    },
    fit: 'DROP OPERATOR IF EXISTS <+> (int, int);\nCREATE OPERATOR <+> (FUNCTION = int4pl, LEFTARG = int, RIGHTARG = int);',
  },
  {
    name: 'create_collation',
    unfit: {
      sql: 'CREATE COLLATION plain FROM "C";',
      at: '2:1',
      fix: 'write CREATE COLLATION IF NOT EXISTS',
    },
    fit: 'CREATE COLLATION IF NOT EXISTS plain FROM "C";',
  },
  {
    name: 'create_statistics',
    before: table,
    unfit: {
      sql: 'CREATE STATISTICS ab ON a, b FROM t;',
      at: '2:1',
      fix: 'write CREATE STATISTICS IF NOT EXISTS',
    },
    fit: 'CREATE STATISTICS IF NOT EXISTS ab ON a, b FROM t;',
  },
  {
    name: 'create_extension',
    unfit: {
      sql: 'CREATE EXTENSION pg_trgm;',
      at: '2:1',
      fix: 'write CREATE EXTENSION IF NOT EXISTS',
    },
    fit: 'CREATE EXTENSION IF NOT EXISTS pg_trgm;',
  },
  {
    name: 'create_event_trigger',
    before: "CREATE OR REPLACE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';",
    unfit: {
      sql: "CREATE EVENT TRIGGER {s} ON ddl_command_start WHEN TAG IN ('DROP CAST') EXECUTE FUNCTION f();",
      at: '2:1',
      fix: 'write DROP EVENT TRIGGER IF EXISTS before it',
    },
    fit: "DROP EVENT TRIGGER IF EXISTS {s};\nCREATE EVENT TRIGGER {s} ON ddl_command_start WHEN TAG IN ('DROP CAST') EXECUTE FUNCTION f();",
  },
  {
    name: 'create_role',
    unfit: {
      sql: 'CREATE ROLE {role}_unfit;',
      at: '2:1',
      fix: look('pg_roles', 'its name'),
    },
    fit: guard(
      "NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}_fit')",
      'CREATE ROLE {role}_fit;',
    ),
  },
  {
    name: 'create_foreign_data_wrapper',
    unfit: {
      sql: 'CREATE FOREIGN DATA WRAPPER {s};',
      at: '2:1',
      fix: look('pg_foreign_data_wrapper', 'its name'),
    },
    fit: guard(
      "NOT EXISTS (SELECT FROM pg_foreign_data_wrapper WHERE fdwname = '{s}')",
      'CREATE FOREIGN DATA WRAPPER {s};',
    ),
  },
  {
    name: 'create_server',
    before: guard(
      "NOT EXISTS (SELECT FROM pg_foreign_data_wrapper WHERE fdwname = '{s}')",
      'CREATE FOREIGN DATA WRAPPER {s};',
    ),
    unfit: {
      sql: 'CREATE SERVER {s} FOREIGN DATA WRAPPER {s};',
      at: '2:1',
      fix: 'write CREATE SERVER IF NOT EXISTS',
    },
    fit: 'CREATE SERVER IF NOT EXISTS {s} FOREIGN DATA WRAPPER {s};',
  },
  {
    name: 'create_user_mapping',
    before: `${guard(
      "NOT EXISTS (SELECT FROM pg_foreign_data_wrapper WHERE fdwname = '{s}')",
      'CREATE FOREIGN DATA WRAPPER {s};',
    )}\nCREATE SERVER IF NOT EXISTS {s} FOREIGN DATA WRAPPER {s};`,
    unfit: {
      sql: 'CREATE USER MAPPING FOR PUBLIC SERVER {s};',
      at: '2:1',
      fix: 'write CREATE USER MAPPING IF NOT EXISTS',
    },
    fit: 'CREATE USER MAPPING IF NOT EXISTS FOR PUBLIC SERVER {s};',
  },
  {
    name: 'create_foreign_table',
    before: `${guard(
      "NOT EXISTS (SELECT FROM pg_foreign_data_wrapper WHERE fdwname = '{s}')",
      'CREATE FOREIGN DATA WRAPPER {s};',
    )}\nCREATE SERVER IF NOT EXISTS {s} FOREIGN DATA WRAPPER {s};`,
    unfit: {
      sql: 'CREATE FOREIGN TABLE far (id int) SERVER {s};',
      at: '2:1',
      fix: 'write CREATE FOREIGN TABLE IF NOT EXISTS',
    },
    fit: 'CREATE FOREIGN TABLE IF NOT EXISTS far (id int) SERVER {s};',
  },
  {
    name: 'create_text_search_configuration',
    unfit: {
      sql: 'CREATE TEXT SEARCH CONFIGURATION plain (COPY = simple);',
      at: '2:1',
      fix: 'write DROP TEXT SEARCH CONFIGURATION IF EXISTS before it',
    },
    fit: 'DROP TEXT SEARCH CONFIGURATION IF EXISTS plain;\nCREATE TEXT SEARCH CONFIGURATION plain (COPY = simple);',
  },
  {
    name: 'create_temporary_table',
    unfit: null,
    fit: 'CREATE TEMPORARY TABLE scratch AS SELECT 1 AS n;\nSELECT n FROM scratch;',
  },
  {
    name: 'replace_view_of_other_columns',
    unfit: {
      sql: 'CREATE OR REPLACE VIEW v AS SELECT 1 AS a;\nCREATE OR REPLACE VIEW v AS SELECT 1 AS a, 2 AS b;',
      at: '2:1',
      fix: 'write DROP VIEW IF EXISTS before it: OR REPLACE only adds columns at the end',
    },
    fit: 'CREATE OR REPLACE VIEW v AS SELECT 1 AS a, 2 AS b;',
  },
  {
    name: 'drop_table',
    before: table,
    unfit: { sql: 'DROP TABLE t;', at: '2:1', fix: 'write DROP TABLE IF EXISTS' },
    fit: 'DROP TABLE IF EXISTS t;',
  },
  {
    name: 'drop_index',
    before: `${table}\nCREATE INDEX IF NOT EXISTS t_a ON t (a);`,
    unfit: { sql: 'DROP INDEX t_a;', at: '2:1', fix: 'write DROP INDEX IF EXISTS' },
    fit: 'DROP INDEX IF EXISTS t_a;',
  },
  {
    name: 'drop_function',
    before: "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
    unfit: { sql: 'DROP FUNCTION f();', at: '2:1', fix: 'write DROP FUNCTION IF EXISTS' },
    fit: 'DROP FUNCTION IF EXISTS f();',
  },
  {
    name: 'drop_type',
    before: guard("to_regtype('mood') IS NULL", "CREATE TYPE mood AS ENUM ('sad');"),
    unfit: { sql: 'DROP TYPE mood;', at: '2:1', fix: 'write DROP TYPE IF EXISTS' },
    fit: 'DROP TYPE IF EXISTS mood;',
  },
  {
    name: 'drop_schema',
    before: 'CREATE SCHEMA IF NOT EXISTS {s}_more;',
    unfit: { sql: 'DROP SCHEMA {s}_more;', at: '2:1', fix: 'write DROP SCHEMA IF EXISTS' },
    fit: 'DROP SCHEMA IF EXISTS {s}_more;',
  },
  {
    name: 'drop_trigger',
    before: `${table}
CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE OR REPLACE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();`,
    unfit: { sql: 'DROP TRIGGER g ON t;', at: '2:1', fix: 'write DROP TRIGGER IF EXISTS' },
    fit: 'DROP TRIGGER IF EXISTS g ON t;',
  },
];

/** ALTER, GRANT and COMMENT. */
export const alterations: readonly Case[] = [
  {
    name: 'add_column',
    before: table,
    unfit: {
      sql: 'ALTER TABLE t ADD COLUMN c int;',
      at: '2:1',
      fix: 'write ADD COLUMN IF NOT EXISTS',
    },
    fit: 'ALTER TABLE t ADD COLUMN IF NOT EXISTS c int;',
  },
  {
    name: 'drop_column',
    before: table,
    unfit: {
      sql: 'ALTER TABLE t DROP COLUMN b;',
      at: '2:1',
      fix: 'write DROP COLUMN IF EXISTS',
    },
    fit: 'ALTER TABLE t DROP COLUMN IF EXISTS b;',
  },
  {
    name: 'add_check',
    before: table,
    unfit: {
      sql: 'ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0) NOT VALID;',
      at: '2:1',
      fix: dropConstraintFirst,
    },
    fit: 'ALTER TABLE t DROP CONSTRAINT IF EXISTS positive, ADD CONSTRAINT positive CHECK (a > 0) NOT VALID;',
  },
  {
    name: 'add_unnamed_check',
    before: table,
    unfit: {
      sql: 'ALTER TABLE t ADD CHECK (a > 0) NOT VALID;',
      verdict: changes,
      at: '2:1',
      says: 'table constraint t_a_check1 on add_unnamed_check_unfit.t (added)',
      fix: 'give the constraint a name, and write DROP CONSTRAINT IF EXISTS before it',
    },
    fit: null,
  },
  {
    name: 'add_foreign_key',
    before: `${table}\nCREATE TABLE IF NOT EXISTS u (t_id int);`,
    unfit: {
      sql: 'ALTER TABLE u ADD CONSTRAINT u_t FOREIGN KEY (t_id) REFERENCES t NOT VALID;',
      at: '2:1',
      fix: dropConstraintFirst,
    },
    fit: guard(
      "NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'u_t' AND conrelid = 'u'::regclass)",
      'ALTER TABLE u ADD CONSTRAINT u_t FOREIGN KEY (t_id) REFERENCES t NOT VALID;',
    ),
  },
  {
    name: 'add_unique',
    before: table,
    unfit: {
      sql: 'ALTER TABLE t ADD CONSTRAINT t_a UNIQUE (a);',
      at: '2:1',
      fix: look('pg_constraint', 'its name'),
    },
    fit: guard(
      "NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 't_a' AND conrelid = 't'::regclass)",
      'ALTER TABLE t ADD CONSTRAINT t_a UNIQUE (a);',
    ),
    warned: ['scans-locked-table'],
  },
  {
    name: 'add_primary_key',
    before: 'CREATE TABLE IF NOT EXISTS t (id int NOT NULL);',
    unfit: {
      sql: 'ALTER TABLE t ADD PRIMARY KEY (id);',
      at: '2:1',
      fix: look('pg_constraint', 'the primary key of the table'),
    },
    fit: guard(
      "NOT EXISTS (SELECT FROM pg_constraint WHERE contype = 'p' AND conrelid = 't'::regclass)",
      'ALTER TABLE t ADD PRIMARY KEY (id);',
    ),
    warned: ['scans-locked-table'],
  },
  {
    name: 'drop_constraint',
    before: 'CREATE TABLE IF NOT EXISTS t (a int CONSTRAINT positive CHECK (a > 0));',
    unfit: {
      sql: 'ALTER TABLE t DROP CONSTRAINT positive;',
      at: '2:1',
      fix: 'write DROP CONSTRAINT IF EXISTS',
    },
    fit: 'ALTER TABLE t DROP CONSTRAINT IF EXISTS positive;',
  },
  {
    name: 'rename_table',
    before: table,
    unfit: {
      sql: 'ALTER TABLE t RENAME TO u;',
      at: '2:1',
      fix: 'put it into a DO block, only if to_regclass finds the old name',
    },
    fit: guard("to_regclass('t') IS NOT NULL", 'ALTER TABLE t RENAME TO u;'),
  },
  {
    name: 'rename_column',
    before: table,
    unfit: {
      sql: 'ALTER TABLE t RENAME COLUMN a TO c;',
      at: '2:1',
      fix: 'rename it in a DO block, only if pg_attribute has the old name',
    },
    fit: guard(
      "EXISTS (SELECT FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'a')",
      'ALTER TABLE t RENAME COLUMN a TO c;',
    ),
  },
  {
    name: 'rename_constraint',
    before: 'CREATE TABLE IF NOT EXISTS t (a int CONSTRAINT positive CHECK (a > 0));',
    unfit: {
      sql: 'ALTER TABLE t RENAME CONSTRAINT positive TO above;',
      at: '2:1',
      fix: 'rename it in a DO block that checks pg_constraint for the old name first',
    },
    fit: guard(
      "EXISTS (SELECT FROM pg_constraint WHERE conname = 'positive' AND conrelid = 't'::regclass)",
      'ALTER TABLE t RENAME CONSTRAINT positive TO above;',
    ),
  },
  {
    name: 'rename_enum_value',
    before: guard("to_regtype('mood') IS NULL", "CREATE TYPE mood AS ENUM ('sad', 'ok');"),
    unfit: {
      sql: "ALTER TYPE mood RENAME VALUE 'sad' TO 'low';",
      at: '2:1',
      fix: 'rename it in a DO block that checks pg_enum for the old value first',
    },
    fit: guard(
      "EXISTS (SELECT FROM pg_enum WHERE enumtypid = 'mood'::regtype AND enumlabel = 'sad')",
      "ALTER TYPE mood RENAME VALUE 'sad' TO 'low';",
    ),
  },
  {
    name: 'add_enum_value',
    before: guard("to_regtype('mood') IS NULL", "CREATE TYPE mood AS ENUM ('sad', 'ok');"),
    unfit: {
      sql: "ALTER TYPE mood ADD VALUE 'glad';",
      at: '2:1',
      fix: 'write ADD VALUE IF NOT EXISTS',
    },
    fit: "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad';",
  },
  {
    name: 'set_schema',
    before: `${table}\nCREATE SCHEMA IF NOT EXISTS {s}_more;`,
    unfit: {
      sql: 'ALTER TABLE t SET SCHEMA {s}_more;',
      at: '2:1',
      fix: 'put it into a DO block, only if to_regclass finds the old name',
    },
    fit: guard("to_regclass('t') IS NOT NULL", 'ALTER TABLE t SET SCHEMA {s}_more;'),
  },
  {
    name: 'rename_function',
    before: guard(
      "to_regprocedure('g()') IS NULL",
      "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
    ),
    unfit: {
      sql: 'ALTER FUNCTION f() RENAME TO g;',
      at: '2:1',
      fix: 'put it into a DO block that looks for the old name first',
    },
    fit: guard("to_regprocedure('f()') IS NOT NULL", 'ALTER FUNCTION f() RENAME TO g;'),
  },
  {
    name: 'attach_partition',
    before: `CREATE TABLE IF NOT EXISTS whole (id int) PARTITION BY RANGE (id);
CREATE TABLE IF NOT EXISTS part (id int);`,
    unfit: {
      sql: 'ALTER TABLE whole ATTACH PARTITION part FOR VALUES FROM (0) TO (1000);',
      at: '2:1',
      fix: look('pg_inherits', 'the partition'),
    },
    fit: guard(
      "NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = 'part'::regclass)",
      'ALTER TABLE whole ATTACH PARTITION part FOR VALUES FROM (0) TO (1000);',
    ),
    warned: ['scans-locked-table'],
  },
  {
    name: 'add_to_publication',
    before: `${table}\n${guard(
      "NOT EXISTS (SELECT FROM pg_publication WHERE pubname = '{s}')",
      'CREATE PUBLICATION {s};',
    )}`,
    unfit: {
      sql: 'ALTER PUBLICATION {s} ADD TABLE t;',
      at: '2:1',
      fix: look('pg_publication_tables', 'the table'),
    },
    fit: 'ALTER PUBLICATION {s} SET TABLE t;',
  },
  {
    name: 'add_identity',
    before: table,
    unfit: {
      sql: 'ALTER TABLE t ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY;',
      at: '2:1',
      fix: 'write DROP IDENTITY IF EXISTS before it, or check pg_attribute in a DO block first',
    },
    fit: guard(
      "EXISTS (SELECT FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'id' AND attidentity = '')",
      'ALTER TABLE t ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY;',
    ),
  },
  {
    name: 'alter_type_of_column',
    before: table,
    unfit: null,
    fit: 'ALTER TABLE t ALTER COLUMN a TYPE bigint;',
    warned: ['rewrites-table'],
  },
  {
    name: 'set_default_not_null_and_comment',
    before: table,
    unfit: null,
    fit: "ALTER TABLE t ALTER COLUMN a SET DEFAULT 1;\nALTER TABLE t ALTER COLUMN a SET NOT NULL;\nCOMMENT ON TABLE t IS 'a table';\nCOMMENT ON COLUMN t.a IS 'a column';",
    warned: ['scans-locked-table'],
  },
  {
    name: 'grant_and_revoke',
    before: table,
    unfit: null,
    fit: 'GRANT SELECT, INSERT (a) ON t TO PUBLIC;\nREVOKE INSERT (a) ON t FROM PUBLIC;\nALTER DEFAULT PRIVILEGES IN SCHEMA {s} GRANT SELECT ON TABLES TO PUBLIC;',
  },
  {
    name: 'restart_sequence',
    before: 'CREATE SEQUENCE IF NOT EXISTS q;',
    unfit: null,
    fit: "ALTER SEQUENCE q RESTART WITH 5;\nSELECT nextval('q');",
  },
  {
    name: 'recreate_with_other_grants',
    before: "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
    unfit: null,
    fit: "DROP FUNCTION IF EXISTS f();\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2';\nREVOKE ALL ON FUNCTION f() FROM PUBLIC;",
  },
];
