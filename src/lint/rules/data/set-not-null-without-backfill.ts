import type { Expr } from '../../../core/grammar/expressions.js';
import type { Name } from '../../../core/grammar/names.js';
import type { Known } from '../../known/known.js';
import type { Context, Found, StatementRule } from '../../known/rule.js';
import { WholeFile } from '../../known/whole-file.js';

export const setNotNullWithoutBackfill: StatementRule<'set-not-null-without-backfill'> = {
  name: 'set-not-null-without-backfill',
  family: 'data',
  severity: 'warning',
  summary: 'SET NOT NULL on a column that no file has filled',
  why: 'One null in the table, and the file fails with “contains null values” and is rolled back: in production, and not on a database without such rows. SET DEFAULT gives a value to new rows only. Programs of the release before that leave the column out fail from then on.',
  instead:
    'fill it first: UPDATE … SET … WHERE it IS NULL, or give ADD COLUMN a DEFAULT, in this file or one before',
  examples: {
    bad: [
      'ALTER TABLE orders ALTER COLUMN state SET NOT NULL;',
      "ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'open', ALTER COLUMN state SET NOT NULL;",
      {
        'public/001_orders.sql': 'CREATE TABLE IF NOT EXISTS orders (id bigint, state text);',
        'public/002_state.sql': 'ALTER TABLE orders ALTER COLUMN state SET NOT NULL;',
      },
      'DO $$ BEGIN ALTER TABLE orders ALTER COLUMN state SET NOT NULL; END $$;',
    ],
    good: [
      {
        'public/001_orders.sql': 'CREATE TABLE IF NOT EXISTS orders (id bigint);',
        'public/002_state.sql':
          "ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text DEFAULT 'open';",
        'public/003_state.sql': 'ALTER TABLE orders ALTER COLUMN state SET NOT NULL;',
      },
      {
        'public/001_orders.sql': 'CREATE TABLE IF NOT EXISTS orders (id bigint, state text);',
        'public/002_check.sql':
          'ALTER TABLE orders ADD CONSTRAINT state_there CHECK (state IS NOT NULL) NOT VALID;',
        'public/003_valid.sql': 'ALTER TABLE orders VALIDATE CONSTRAINT state_there;',
        'public/004_state.sql': 'ALTER TABLE orders ALTER COLUMN state SET NOT NULL;',
      },
      {
        'public/001_fill.sql': "UPDATE orders SET state = 'open' WHERE state IS NULL;",
        'public/002_state.sql': 'ALTER TABLE orders ALTER COLUMN state SET NOT NULL;',
      },
      'CREATE TABLE IF NOT EXISTS fresh (id bigint, state text);\nALTER TABLE fresh ALTER COLUMN state SET NOT NULL;',
      'DELETE FROM orders WHERE state IS NULL;\nALTER TABLE orders ALTER COLUMN state SET NOT NULL;',
      "UPDATE orders SET state = 'open' WHERE state IS NULL;\nALTER TABLE orders ALTER COLUMN state SET NOT NULL;",
    ],
  },
  looksAt: 'statement',
  check: (statement, known, context) => {
    if (statement.kind !== 'alter-table' || known.isNew(statement.table)) return [];
    const { table, actions } = statement;
    return actions.flatMap((action): readonly Found[] => {
      if (action.kind !== 'set-not-null') return [];
      const { column, at } = action;
      if (isFilled(table, column, known) || deletesNulls(table, context)) return [];
      const message = `SET NOT NULL fails if a row of ${known.qualified(table)} has no ${column}, and no file has filled it`;
      return [{ at, message }];
    });
  },
};

function isFilled(table: Name, column: string, known: Known): boolean {
  if (known.filledBy(table, column) !== null) return true;
  const relation = known.relation(table);
  const found = relation?.columns.get(column);
  if (relation === null || found === undefined) return false;
  if (found.isNotNull || found.isGenerated || hasDefaultFromStart(found.addedDefault)) return true;
  return relation.constraints.some(
    ({ type, notValid, expression }) =>
      type === 'check' && !notValid && excludesNull(expression, column),
  );
}

function hasDefaultFromStart(value: Expr | null): boolean {
  return value !== null && !(value.kind === 'constant' && value.type === 'null');
}

function excludesNull(expr: Expr | null, column: string): boolean {
  if (expr?.kind !== 'operator') return false;
  if (expr.name === 'and') return expr.operands.some((each) => excludesNull(each, column));
  const [operand] = expr.operands;
  return (
    expr.name === 'is not null' && operand?.kind === 'column' && operand.path.at(-1) === column
  );
}

/** It deletes from the table before: most likely the rows that have none. */
function deletesNulls(table: Name, { file }: Context): boolean {
  return WholeFile.of(file).deletesFrom(table);
}
