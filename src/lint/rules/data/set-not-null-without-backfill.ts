import type { Expr } from '../../../core/grammar/expressions.js';
import type { Name } from '../../../core/grammar/names.js';
import { provesNotNull } from '../../known/altered.js';
import type { Known } from '../../known/known.js';
import type { Context, Found, StatementRule } from '../../known/rule.js';
import { WholeFile } from '../../known/whole-file.js';

export const setNotNullWithoutBackfill: StatementRule<'set-not-null-without-backfill'> = {
  name: 'set-not-null-without-backfill',
  family: 'data',
  severity: 'warning',
  summary: 'SET NOT NULL on a column that no file has filled',
  why: 'One null in the table is enough: the file fails with “contains null values” and is rolled back, in production and not on a database without such rows. SET DEFAULT gives a value to new rows only. Programs of the previous release that leave the column out fail from then on.',
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
        'public/001_check.sql':
          'ALTER TABLE orders ADD CONSTRAINT state_there CHECK (state IS NOT NULL) NOT VALID;',
        'public/002_valid.sql': 'ALTER TABLE orders VALIDATE CONSTRAINT state_there;',
        'public/003_state.sql': 'ALTER TABLE orders ALTER COLUMN state SET NOT NULL;',
      },
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
  const shape = known.shapeOf(table);
  if (shape?.constraints.some((each) => provesNotNull(each, column)) === true) return true;
  const found = shape?.columns.get(column);
  if (found === undefined) return false;
  return found.isNotNull || found.isGenerated || hasDefaultFromStart(found.addedDefault);
}

function hasDefaultFromStart(value: Expr | null): boolean {
  return value !== null && !(value.kind === 'constant' && value.type === 'null');
}

/** It deletes from the table before: most likely the rows without a value. */
function deletesNulls(table: Name, { file }: Context): boolean {
  return WholeFile.of(file).deletesFrom(table);
}
