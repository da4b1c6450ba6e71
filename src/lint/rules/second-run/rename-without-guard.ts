import type { StatementOf } from '../../../core/grammar/statement.js';
import { expectsIt, expectsNothing, isTemporary } from '../../known/guards.js';
import type { Found, StatementRule } from '../../known/rule.js';
import { WholeFile } from '../../known/whole-file.js';

export const renameWithoutGuard: StatementRule<'rename-without-guard'> = {
  name: 'rename-without-guard',
  family: 'second-run',
  severity: 'error',
  summary: 'RENAME or SET SCHEMA without checking whether the old name exists',
  why: 'Run a second time, nothing has the old name any more, and the file fails with “does not exist” and is rolled back. ALTER … IF EXISTS helps if the object itself is renamed, but not for its columns and constraints.',
  instead: 'put it into a DO block that looks for the old name first',
  examples: {
    bad: [
      'ALTER TABLE orders RENAME COLUMN total TO amount;',
      'ALTER TABLE orders RENAME TO sales;',
      'ALTER TABLE IF EXISTS orders RENAME COLUMN total TO amount;',
      'ALTER TABLE orders RENAME CONSTRAINT positive TO above_zero;',
      "ALTER TYPE mood RENAME VALUE 'sad' TO 'low';",
      'ALTER FUNCTION f() RENAME TO g;',
      'ALTER TABLE orders SET SCHEMA shop;',
      'ALTER ROLE reader RENAME TO viewer;',
      'CREATE TABLE IF NOT EXISTS orders (id bigint);\nALTER TABLE IF EXISTS orders RENAME TO sales;',
    ],
    good: [
      'ALTER TABLE IF EXISTS orders RENAME TO sales;',
      'ALTER INDEX IF EXISTS orders_by_id RENAME TO sales_by_id;',
      'DROP TABLE IF EXISTS fresh;\nCREATE TABLE fresh (id bigint);\nDROP TABLE IF EXISTS orders;\nALTER TABLE fresh RENAME TO orders;',
      'CREATE TEMPORARY TABLE fresh (id bigint);\nALTER TABLE fresh RENAME COLUMN id TO number;',
      'DO $$ BEGIN ALTER TABLE orders RENAME COLUMN total TO amount; EXCEPTION WHEN undefined_column THEN NULL; END $$;',
      "DO $$ BEGIN\n  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'total') THEN\n    ALTER TABLE orders RENAME COLUMN total TO amount;\n  END IF;\nEND $$;",
    ],
  },
  looksAt: 'statement',
  check: (statement, known, context) => {
    if (expectsIt(context) || expectsNothing(context)) return [];
    const file = WholeFile.of(context.file);
    const { at } = statement;
    if (statement.kind === 'alter-enum') {
      if (statement.renames === null || file.drops('type', statement.type)) return [];
      const message =
        'run a second time, it fails: the enum no longer has a value with the old name';
      return [{ at, message, advice: advices.value }];
    }
    if (statement.kind !== 'rename' && statement.kind !== 'set-schema') return [];
    if (isTemporary(known, statement.name) || isMadeAgain(statement, file)) return [];
    const part = statement.kind === 'rename' ? statement.part : null;
    if (part === null && file.makes(statement.object, statement.name))
      return [{ at, ...madeTwice(statement) }];
    if (part === null && statement.ifExists) return [];
    const message = `run a second time, it fails: there is no ${statement.object} with the old name any more`;
    return [{ at, message, advice: adviceFor(statement) }];
  },
};

type Renaming = StatementOf<'rename' | 'set-schema'>;

/** The file creates what it renames, and removes what has the new name. */
function isMadeAgain(statement: Renaming, file: WholeFile): boolean {
  const { object, name, to } = statement;
  if (statement.kind === 'set-schema')
    return file.makes(object, name) && file.drops(object, { ...name, schema: to });
  const { part } = statement;
  if (part !== null) {
    const isNew = file.drops('table', name) || file.drops('type', name);
    const madeAgain = file.makes(object, { schema: null, name: part }, name);
    return isNew || (madeAgain && file.drops(object, { schema: null, name: to }, name));
  }
  return file.makes(object, name) && file.drops(object, { ...name, name: to });
}

/** A second run creates the object under its old name again, so that IF EXISTS finds it. */
function madeTwice({ object }: Renaming): Pick<Found, 'message' | 'advice'> {
  return {
    message: `run a second time, the file creates the ${object} with the old name again, and renaming it fails: the new name is taken`,
    advice: 'create it under its new name',
  };
}

const advices = {
  value: 'rename it in a DO block that checks pg_enum for the old value first',
  relation:
    'write ALTER … IF EXISTS, or put it into a DO block, only if to_regclass finds the old name',
  column: 'rename it in a DO block, only if pg_attribute has the old name',
  constraint: 'rename it in a DO block that checks pg_constraint for the old name first',
  other: 'put it into a DO block that looks for the old name first',
};

function adviceFor({ object }: Renaming): string {
  if (object === 'column' || object === 'constraint') return advices[object];
  const isRelation = ['table', 'view', 'materialized view', 'sequence', 'index'].includes(object);
  return isRelation ? advices.relation : advices.other;
}
