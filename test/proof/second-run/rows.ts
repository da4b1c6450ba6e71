import type { Case } from './case.js';

const changes = 'changes something the second time';
const filled = `CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY, n int, updated_at timestamptz);
INSERT INTO t VALUES (1, 10), (2, 20) ON CONFLICT DO NOTHING;`;
const keyless = 'CREATE TABLE IF NOT EXISTS t (n int);';
const onConflict = 'write INSERT … ON CONFLICT DO NOTHING, or DO UPDATE';
const onlyWhatIsMissing =
  'write INSERT … ON CONFLICT DO NOTHING on a unique key, or insert only the rows that do not exist yet';
const onlyWhatNeedsIt =
  'change only the rows that need it: add a WHERE that the changed rows no longer match';

/** INSERT, UPDATE, DELETE, COPY, TRUNCATE, DO and what is left in the session. */
export const rowCases: readonly Case[] = [
  {
    name: 'insert_with_key',
    before: filled,
    unfit: { sql: 'INSERT INTO t VALUES (3, 30);', at: '2:1', fix: onConflict },
    fit: 'INSERT INTO t VALUES (3, 30) ON CONFLICT DO NOTHING;',
  },
  {
    name: 'insert_without_key',
    before: keyless,
    unfit: {
      sql: 'SELECT 1;\nINSERT INTO t VALUES (1), (2);',
      verdict: changes,
      at: '3:1',
      says: 'insert_without_key_unfit.t (2 rows added)',
      fix: onlyWhatIsMissing,
    },
    fit: 'INSERT INTO t SELECT v FROM (VALUES (1), (2)) AS w (v) WHERE NOT EXISTS (SELECT FROM t WHERE n = v);',
  },
  {
    name: 'insert_select',
    before: `${filled}\nCREATE TABLE IF NOT EXISTS log (n int);`,
    unfit: {
      sql: 'INSERT INTO log SELECT n FROM t;',
      verdict: changes,
      at: '2:1',
      says: 'insert_select_unfit.log (2 rows added)',
      fix: onlyWhatIsMissing,
    },
    fit: 'INSERT INTO log SELECT n FROM t EXCEPT SELECT n FROM log;',
  },
  {
    name: 'insert_in_with',
    before: filled,
    unfit: {
      sql: 'WITH new AS (SELECT 3 AS id) INSERT INTO t SELECT id FROM new;',
      at: '2:1',
      fix: onConflict,
    },
    fit: 'WITH new AS (SELECT 3 AS id) INSERT INTO t SELECT id FROM new ON CONFLICT DO NOTHING;',
  },
  {
    name: 'insert_with_generated_key',
    before: 'CREATE TABLE IF NOT EXISTS t (id serial PRIMARY KEY, n int);',
    unfit: {
      sql: 'INSERT INTO t (n) VALUES (1) ON CONFLICT DO NOTHING;',
      verdict: changes,
      at: '2:1',
      says: 'insert_with_generated_key_unfit.t (1 row added)',
      fix: onlyWhatIsMissing,
    },
    fit: 'INSERT INTO t (id, n) VALUES (1, 1) ON CONFLICT DO NOTHING;',
  },
  {
    name: 'upsert_with_sum',
    before: filled,
    unfit: {
      sql: 'INSERT INTO t VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET n = t.n + excluded.n;',
      verdict: changes,
      at: '2:1',
      says: 'upsert_with_sum_unfit.t (n in 1 row)',
      fix: onlyWhatNeedsIt,
    },
    fit: 'INSERT INTO t VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET n = excluded.n;',
  },
  {
    name: 'update_counting_up',
    before: filled,
    unfit: {
      sql: 'UPDATE t SET n = n + 1;',
      verdict: changes,
      at: '2:1',
      says: 'update_counting_up_unfit.t (n in 2 rows)',
      fix: onlyWhatNeedsIt,
    },
    fit: 'UPDATE t SET n = n + 1 WHERE n IN (10, 20);',
  },
  {
    name: 'update_to_now',
    before: filled,
    unfit: {
      sql: '-- when\nUPDATE t SET n = 5,\n  updated_at = clock_timestamp() WHERE id = 1;',
      verdict: changes,
      at: '3:1',
      says: 'update_to_now_unfit.t (updated_at in 1 row)',
      fix: onlyWhatNeedsIt,
    },
    fit: 'UPDATE t SET n = 5, updated_at = clock_timestamp() WHERE id = 1 AND n <> 5;',
  },
  {
    name: 'update_to_the_same',
    before: filled,
    unfit: null,
    fit: 'UPDATE t SET n = n;\nUPDATE t SET n = 7 WHERE id = 2;',
  },
  {
    name: 'update_swapping',
    before: filled,
    unfit: {
      sql: 'UPDATE t SET n = CASE n WHEN 10 THEN 20 ELSE 10 END;',
      verdict: changes,
      at: '2:1',
      says: 'update_swapping_unfit.t (n in 2 rows)',
      fix: onlyWhatNeedsIt,
    },
    fit: null,
  },
  {
    name: 'delete_of_a_moving_target',
    before: filled,
    unfit: {
      sql: 'DELETE FROM t WHERE id = (SELECT max(id) FROM t);',
      verdict: changes,
      at: '2:1',
      says: 'delete_of_a_moving_target_unfit.t (1 row removed)',
      fix: 'name the rows to delete by values that other rows never have',
    },
    fit: 'DELETE FROM t WHERE id = 2;',
  },
  {
    name: 'copy_with_key',
    before: filled,
    unfit: {
      sql: 'COPY t (id, n) FROM STDIN;\n3\t30\n\\.\n',
      at: '3:1',
      fix: 'COPY into a temporary table, and from there INSERT … ON CONFLICT DO NOTHING',
    },
    fit: `CREATE TEMPORARY TABLE new (id int, n int) ON COMMIT DROP;
COPY new FROM STDIN;
3\t30
\\.
INSERT INTO t SELECT id, n FROM new ON CONFLICT DO NOTHING;`,
  },
  {
    name: 'copy_without_key',
    before: keyless,
    unfit: {
      sql: 'COPY t FROM STDIN;\n1\n2\n\\.\n',
      verdict: changes,
      at: '2:1',
      says: 'copy_without_key_unfit.t (2 rows added)',
      fix: 'COPY into a temporary table, and from there insert only the rows that do not exist yet',
    },
    fit: null,
  },
  {
    name: 'truncate_and_insert',
    before: keyless,
    unfit: null,
    fit: 'TRUNCATE t;\nINSERT INTO t VALUES (1), (2);',
  },
  {
    name: 'do_without_a_look',
    unfit: {
      sql: 'DO $$ BEGIN\n  CREATE TABLE t (id int);\nEND $$;',
      at: '3:3',
      fix: 'write CREATE TABLE IF NOT EXISTS',
    },
    fit: "DO $$ BEGIN\n  IF to_regclass('t') IS NULL THEN CREATE TABLE t (id int); END IF;\nEND $$;",
  },
  {
    name: 'do_that_inserts',
    before: keyless,
    unfit: {
      sql: 'DO $$ BEGIN INSERT INTO t VALUES (1); END $$;',
      verdict: changes,
      at: '2:1',
      says: 'do_that_inserts_unfit.t (1 row added)',
      fix: onlyWhatIsMissing,
    },
    fit: 'DO $$ BEGIN IF NOT EXISTS (SELECT FROM t) THEN INSERT INTO t VALUES (1); END IF; END $$;',
  },
  {
    name: 'do_that_swallows_the_error',
    unfit: null,
    fit: 'DO $$ BEGIN CREATE TABLE t (id int); EXCEPTION WHEN duplicate_table THEN NULL; END $$;',
  },
  {
    name: 'deferred_constraint',
    before: `${filled}
CREATE TABLE IF NOT EXISTS u (n int CONSTRAINT once UNIQUE DEFERRABLE INITIALLY DEFERRED);`,
    unfit: {
      sql: 'SELECT 1;\nINSERT INTO u VALUES (1);',
      at: '3:1',
      says: '(at COMMIT, constraint once of deferred_constraint_unfit.u)',
      fix: 'the constraint is deferred, so it was checked at COMMIT: this statement left rows that violate it, and no later statement fixed that',
    },
    fit: 'INSERT INTO u SELECT 1 WHERE NOT EXISTS (SELECT FROM u WHERE n = 1);',
  },
  {
    name: 'prepare_left_behind',
    before: filled,
    unfit: null,
    fit: 'PREPARE look AS SELECT count(*) FROM t;\nEXECUTE look;\nSET statement_timeout = 5000;',
  },
  {
    name: 'two_statements_at_fault',
    before: `${filled}\nCREATE TABLE IF NOT EXISTS u (n int);`,
    unfit: {
      sql: 'UPDATE t SET n = n + 1;\nSELECT 1;\nINSERT INTO u VALUES (1);',
      verdict: changes,
      at: '2:1, 4:1',
      says: 'two_statements_at_fault_unfit.t (n in 2 rows)',
      fix: onlyWhatNeedsIt,
    },
    fit: null,
  },
  {
    name: 'call_of_a_procedure',
    before: `${keyless}
CREATE OR REPLACE PROCEDURE p() LANGUAGE sql AS 'INSERT INTO {s}.t VALUES (1)';`,
    unfit: {
      sql: 'CALL p();',
      verdict: changes,
      at: '2:1',
      says: 'call_of_a_procedure_unfit.t (1 row added)',
      fix: onlyWhatIsMissing,
    },
    fit: null,
  },
  {
    name: 'statements_outside_a_transaction',
    before: keyless,
    isBare: true,
    unfit: {
      sql: '-- pgm:no-transaction\nVACUUM {s}.t;\nINSERT INTO {s}.t VALUES (1);',
      verdict: changes,
      at: '3:1',
      says: 'statements_outside_a_transaction_unfit.t (1 row added)',
      fix: onlyWhatIsMissing,
    },
    fit: '-- pgm:no-transaction\nDROP INDEX CONCURRENTLY IF EXISTS {s}.t_n;\nCREATE INDEX CONCURRENTLY t_n ON {s}.t (n);',
  },
];
