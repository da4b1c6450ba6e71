import type { NewerSyntax } from '../../../../src/core/grammar/newer.js';

/** For each: what has to be there before it, and a statement that PostgreSQL takes since the version that has it. */
export const syntaxExamples: Readonly<Record<NewerSyntax, readonly [string, string]>> = {
  'a publication of TABLES IN SCHEMA': ['', 'CREATE PUBLICATION p FOR TABLES IN SCHEMA public;'],
  'a publication with column lists or WHERE': ['', 'CREATE PUBLICATION p FOR TABLE t (id);'],
  'a foreign key that sets only some columns to null or default': [
    '',
    'CREATE TABLE u (x int, y int, FOREIGN KEY (x, y) REFERENCES t (id, n) ON DELETE SET NULL (y));',
  ],
  'GRANT ON PARAMETER': ['', 'GRANT SET ON PARAMETER work_mem TO PUBLIC;'],
  MERGE: ['', 'MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET n = 1;'],
  'NULLS NOT DISTINCT': ['', 'CREATE UNIQUE INDEX i ON t (n) NULLS NOT DISTINCT;'],
  security_invoker: ['', 'CREATE VIEW v WITH (security_invoker = true) AS SELECT 1 AS x;'],
  'SET ACCESS METHOD': ['', 'ALTER TABLE t SET ACCESS METHOD heap;'],
  'an unlogged sequence': ['', 'CREATE UNLOGGED SEQUENCE q;'],
  'a subquery in FROM without a name': ['', 'SELECT * FROM (SELECT 1 AS x);'],
  'COPY with DEFAULT': ['', "COPY t FROM '/dev/null' (DEFAULT 'D');"],
  'CREATE STATISTICS without a name': ['', 'CREATE STATISTICS ON id, n FROM t;'],
  'GRANT of a role WITH INHERIT or SET': [
    '',
    'CREATE ROLE pgm_newer; GRANT pg_monitor TO pgm_newer WITH INHERIT TRUE;',
  ],
  'IS JSON': ['', "SELECT '1' IS JSON;"],
  'JSON_ARRAY and JSON_OBJECT of the SQL standard': ['', "SELECT JSON_OBJECT('a': 1);"],
  'STORAGE of a column in CREATE TABLE or ADD COLUMN': [
    '',
    'CREATE TABLE u (x text STORAGE EXTERNAL);',
  ],
  SYSTEM_USER: ['', 'SELECT SYSTEM_USER;'],
  'VACUUM with an option of 16': ['', 'VACUUM (SKIP_DATABASE_STATS) t;'],
  'AT LOCAL': ['', 'SELECT now() AT LOCAL;'],
  'COPY with ON_ERROR or LOG_VERBOSITY': ['', "COPY t FROM '/dev/null' (ON_ERROR ignore);"],
  JSON_TABLE: ['', "SELECT * FROM JSON_TABLE('[1]', '$[*]' COLUMNS (x int PATH '$')) AS j;"],
  'JSON_VALUE, JSON_QUERY and JSON_EXISTS': ['', "SELECT JSON_VALUE('{}', '$.a');"],
  'JSON(), JSON_SCALAR and JSON_SERIALIZE': ['', 'SELECT JSON_SCALAR(1);'],
  'MERGE with NOT MATCHED BY SOURCE': [
    '',
    'MERGE INTO t USING s ON t.id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE;',
  ],
  'MERGE with RETURNING': [
    '',
    'MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE RETURNING t.id;',
  ],
  'random() with bounds': ['', 'SELECT random(1, 2);'],
  'SET ACCESS METHOD DEFAULT': ['', 'ALTER TABLE t SET ACCESS METHOD DEFAULT;'],
  'SET EXPRESSION': [
    'CREATE TABLE g (a int, b int GENERATED ALWAYS AS (a) STORED);',
    'ALTER TABLE g ALTER COLUMN b SET EXPRESSION AS (a + 1);',
  ],
  'the privilege MAINTAIN': ['', 'GRANT MAINTAIN ON t TO PUBLIC;'],
  'COPY with REJECT_LIMIT': ['', "COPY t FROM '/dev/null' (ON_ERROR ignore, REJECT_LIMIT 5);"],
  'NOT ENFORCED': ['', 'ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0) NOT ENFORCED;'],
  'NOT NULL as a constraint of the table': ['', 'ALTER TABLE t ADD CONSTRAINT c NOT NULL n;'],
  'OLD and NEW in RETURNING': ['', 'UPDATE t SET n = 1 RETURNING old.n, new.n;'],
  'PERIOD in a foreign key': [
    'CREATE TABLE w (id int4range, during int4range, PRIMARY KEY (id, during WITHOUT OVERLAPS));',
    'CREATE TABLE u (id int4range, during int4range, FOREIGN KEY (id, PERIOD during) REFERENCES w (id, PERIOD during));',
  ],
  'a virtual generated column': [
    '',
    'CREATE TABLE u (x int, y int GENERATED ALWAYS AS (x) VIRTUAL);',
  ],
  'WITHOUT OVERLAPS': [
    '',
    'CREATE TABLE w (id int4range, during int4range, PRIMARY KEY (id, during WITHOUT OVERLAPS));',
  ],
};

/** The tables of the examples. */
export const syntaxTables =
  'CREATE TABLE t (id int, n int, PRIMARY KEY (id), UNIQUE (id, n)); CREATE TABLE s (id int);';
