import type { ObjectKind } from '../../../core/grammar/names.js';
import { expectsIt, isTemporary } from '../../known/guards.js';
import type { StatementRule } from '../../known/rule.js';
import { WholeFile } from '../../known/whole-file.js';

export const createWithoutIfNotExists: StatementRule<'create-without-if-not-exists'> = {
  name: 'create-without-if-not-exists',
  family: 'second-run',
  severity: 'error',
  summary: 'CREATE without IF NOT EXISTS or OR REPLACE, where PostgreSQL has it',
  why: 'An edited file runs again, and so does every file on a database that was restored without its history. By then the object exists, and the file fails with “already exists” and is rolled back.',
  instead: 'write IF NOT EXISTS, or OR REPLACE for what has that instead',
  examples: {
    bad: [
      'CREATE TABLE orders (id bigint PRIMARY KEY);',
      'CREATE VIEW open_orders AS SELECT id FROM orders;',
      'CREATE FUNCTION two() RETURNS int LANGUAGE sql RETURN 2;',
      'DO $$ BEGIN CREATE SCHEMA sales; END $$;',
    ],
    good: [
      'DROP VIEW IF EXISTS open_orders;\nCREATE VIEW open_orders AS SELECT id FROM orders;',
      'CREATE FUNCTION two() RETURNS int LANGUAGE sql RETURN 2;\nSELECT two();\nDROP FUNCTION two();',
      'CREATE OR REPLACE FUNCTION two() RETURNS int LANGUAGE sql RETURN 2;',
      'DO $$ BEGIN CREATE SCHEMA sales; EXCEPTION WHEN duplicate_schema THEN NULL; END $$;',
      '-- pgm:once\nCREATE TABLE orders (id bigint PRIMARY KEY);',
      'CREATE TEMPORARY TABLE fresh (id bigint);',
      'CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);',
    ],
  },
  looksAt: 'statement',
  check: (statement, known, context) => {
    const { creates } = statement;
    if (creates === null || creates.ifNotExists || creates.orReplace) return [];
    const guard = guards[creates.object];
    const isConstraintTrigger = statement.kind === 'create-trigger' && statement.isConstraint;
    if (guard === undefined || isConstraintTrigger || expectsIt(context)) return [];
    const { object, on } = creates;
    if (WholeFile.of(context.file).drops(object, creates, on)) return [];
    if (on !== null && isTemporary(known, on)) return [];
    const isForSession =
      (statement.kind === 'create-table' || statement.kind === 'create-table-as') &&
      statement.persistence === 'temporary';
    if (isForSession) return [];
    const isUnnamed = statement.kind === 'create-index' && statement.name === null;
    const message = isUnnamed
      ? 'run a second time, it makes another index like it, as it has no name'
      : `run a second time, it fails: the ${creates.object} already exists`;
    return [{ at: statement.at, message, advice: `write ${guard}` }];
  },
};

const guards: Partial<Record<ObjectKind, string>> = {
  aggregate: 'CREATE OR REPLACE AGGREGATE',
  collation: 'CREATE COLLATION IF NOT EXISTS',
  extension: 'CREATE EXTENSION IF NOT EXISTS',
  'foreign table': 'CREATE FOREIGN TABLE IF NOT EXISTS',
  function: 'CREATE OR REPLACE FUNCTION',
  index: 'CREATE INDEX IF NOT EXISTS, with a name',
  language: 'CREATE OR REPLACE LANGUAGE',
  'materialized view': 'CREATE MATERIALIZED VIEW IF NOT EXISTS',
  procedure: 'CREATE OR REPLACE PROCEDURE',
  rule: 'CREATE OR REPLACE RULE',
  schema: 'CREATE SCHEMA IF NOT EXISTS',
  sequence: 'CREATE SEQUENCE IF NOT EXISTS',
  server: 'CREATE SERVER IF NOT EXISTS',
  statistics: 'CREATE STATISTICS IF NOT EXISTS',
  table: 'CREATE TABLE IF NOT EXISTS',
  transform: 'CREATE OR REPLACE TRANSFORM',
  trigger: 'CREATE OR REPLACE TRIGGER',
  'user mapping': 'CREATE USER MAPPING IF NOT EXISTS',
  view: 'CREATE OR REPLACE VIEW',
};
