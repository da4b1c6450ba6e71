import type { ObjectKind } from '../../../core/grammar/names.js';
import type { StatementOf } from '../../../core/grammar/statement.js';
import { expectsIt, isTemporary } from '../../known/guards.js';
import type { Context, Found, StatementRule } from '../../known/rule.js';
import { WholeFile } from '../../known/whole-file.js';

export const createWithoutGuard: StatementRule<'create-without-guard'> = {
  name: 'create-without-guard',
  family: 'second-run',
  severity: 'error',
  summary:
    'CREATE of a type, policy, publication, role or the like, or IMPORT FOREIGN SCHEMA, which have no IF NOT EXISTS, without checking whether it exists',
  why: 'PostgreSQL has neither IF NOT EXISTS nor OR REPLACE for these. An edited file runs again, and so does every file on a database that was restored without its history: by then the object exists, and the file fails with “already exists” and is rolled back.',
  instead: 'write DROP … IF EXISTS before it, or create it in a DO block only if it does not exist',
  examples: {
    bad: [
      "CREATE TYPE mood AS ENUM ('sad', 'ok');",
      'CREATE DOMAIN positive AS int CHECK (VALUE > 0);',
      'CREATE POLICY own_orders ON orders USING (owner = current_user);',
      'CREATE PUBLICATION sales FOR TABLE orders;',
      'CREATE CAST (mood AS text) WITH INOUT;',
      'CREATE OPERATOR <+> (FUNCTION = int4pl, LEFTARG = int, RIGHTARG = int);',
      'CREATE ROLE reader;',
      'CREATE CONSTRAINT TRIGGER checked AFTER INSERT ON orders DEFERRABLE FOR EACH ROW EXECUTE FUNCTION check_order();',
      'DO $$ BEGIN CREATE TYPE pair AS (a int, b int); END $$;',
      'IMPORT FOREIGN SCHEMA shop FROM SERVER reports INTO shop;',
    ],
    good: [
      'DROP POLICY IF EXISTS own_orders ON orders;\nCREATE POLICY own_orders ON orders USING (owner = current_user);',
      'DROP CAST IF EXISTS (mood AS text);\nCREATE CAST (mood AS text) WITH INOUT;',
      'DROP OPERATOR IF EXISTS <+> (int, int);\nCREATE OPERATOR <+> (FUNCTION = int4pl, LEFTARG = int, RIGHTARG = int);',
      "DO $$ BEGIN CREATE TYPE mood AS ENUM ('sad', 'ok'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
      "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reader') THEN CREATE ROLE reader; END IF; END $$;",
      'CREATE TYPE pg_temp.pair AS (a int, b int);',
      'DROP SCHEMA IF EXISTS far;\nCREATE SCHEMA far;\nIMPORT FOREIGN SCHEMA shop FROM SERVER reports INTO far;',
      'DROP FOREIGN TABLE IF EXISTS far.orders;\nIMPORT FOREIGN SCHEMA shop LIMIT TO (orders) FROM SERVER reports INTO far;',
      "-- pgm:once\nCREATE TYPE mood AS ENUM ('sad', 'ok');",
      "DO $$ BEGIN\n  IF to_regtype('mood') IS NULL THEN\n    CREATE TYPE mood AS ENUM ('sad', 'ok');\n  END IF;\nEND $$;",
    ],
  },
  looksAt: 'statement',
  check: (statement, known, context) => {
    const { creates, at } = statement;
    if (statement.kind === 'import-foreign-schema') return ofImport(statement, context);
    if (creates === null || creates.ifNotExists || creates.orReplace) return [];
    const { object, on, schema } = creates;
    const isConstraintTrigger = statement.kind === 'create-trigger' && statement.isConstraint;
    const advice = advices[isConstraintTrigger ? 'constraint trigger' : object];
    if (advice === undefined || schema === 'pg_temp' || expectsIt(context)) return [];
    if (on !== null && isTemporary(known, on)) return [];
    if (WholeFile.of(context.file).drops(object, creates, on)) return [];
    return [{ at, message: `run a second time, it fails: the ${object} already exists`, advice }];
  },
};

function ofImport(
  { server, into, only, at }: StatementOf<'import-foreign-schema'>,
  context: Context,
): readonly Found[] {
  const file = WholeFile.of(context.file);
  const isGone =
    file.drops('schema', { schema: null, name: into }) ||
    file.drops('server', { schema: null, name: server }) ||
    only.some((name) => file.drops('foreign table', { schema: into, name }));
  if (isGone || expectsIt(context)) return [];
  const message = 'run a second time, it fails: the foreign tables already exist';
  const advice = 'write DROP FOREIGN TABLE IF EXISTS before it, or DROP SCHEMA IF EXISTS';
  return [{ at, message, advice }];
}

const lookInto = (catalog: string): string =>
  `there is no IF NOT EXISTS for it: put it into a DO block that checks ${catalog} for its name first`;
const dropFirst = (object: string): string => `write DROP ${object} IF EXISTS before it`;

const advices: Partial<Record<ObjectKind | 'constraint trigger', string>> = {
  'access method': lookInto('pg_am'),
  cast: dropFirst('CAST'),
  'constraint trigger': dropFirst('TRIGGER'),
  conversion: dropFirst('CONVERSION'),
  domain: lookInto('pg_type'),
  'event trigger': dropFirst('EVENT TRIGGER'),
  'foreign data wrapper': lookInto('pg_foreign_data_wrapper'),
  operator: dropFirst('OPERATOR'),
  'operator class': lookInto('pg_opclass'),
  'operator family': lookInto('pg_opfamily'),
  policy: dropFirst('POLICY'),
  publication: lookInto('pg_publication'),
  role: lookInto('pg_roles'),
  subscription: lookInto('pg_subscription'),
  'text search configuration': lookInto('pg_ts_config'),
  'text search dictionary': lookInto('pg_ts_dict'),
  'text search parser': lookInto('pg_ts_parser'),
  'text search template': lookInto('pg_ts_template'),
  type: lookInto('pg_type'),
};
