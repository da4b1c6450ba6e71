import { everyExpr } from '../../../core/grammar/expressions.js';
import type { Expr } from '../../../core/grammar/expressions.js';
import { isAdded } from '../../known/guards.js';
import { lossOf, lossOfUnknown } from '../../known/types/narrowing.js';
import type { Found, StatementRule } from '../../known/rule.js';

export const narrowColumnType: StatementRule<'narrow-column-type'> = {
  name: 'narrow-column-type',
  family: 'data',
  severity: 'warning',
  summary: 'ALTER COLUMN … TYPE to a type that cannot hold every value of the old one',
  why: 'Either a value does not fit, and the file fails in production and is rolled back, though it works on a database without such rows; or PostgreSQL rounds or cuts it, and what is cut off is gone once the file is committed. The whole table is read under ACCESS EXCLUSIVE, and usually rewritten.',
  instead:
    'add a column of the new type, fill it where the value fits, look at the rest, and drop the old column in a later release',
  examples: {
    bad: [
      {
        'public/001_orders.sql': 'CREATE TABLE IF NOT EXISTS orders (id bigint, note text);',
        'public/002_narrow.sql': 'ALTER TABLE orders ALTER COLUMN note TYPE varchar(10);',
      },
      {
        'public/001_orders.sql': 'CREATE TABLE IF NOT EXISTS orders (id bigint);',
        'public/002_narrow.sql': 'ALTER TABLE orders ALTER COLUMN id TYPE int;',
      },
      {
        'public/001_orders.sql': 'CREATE TABLE IF NOT EXISTS orders (total numeric(10, 2));',
        'public/002_narrow.sql': 'ALTER TABLE orders ALTER COLUMN total TYPE numeric(10, 0);',
      },
      {
        'public/001_orders.sql': 'CREATE TABLE IF NOT EXISTS orders (made timestamptz);',
        'public/002_narrow.sql': 'ALTER TABLE orders ALTER COLUMN made TYPE date;',
      },
      'ALTER TABLE orders ALTER COLUMN note TYPE varchar(10) USING left(note, 10);',
      'ALTER TABLE orders ALTER COLUMN note TYPE varchar(5);',
      'ALTER TABLE orders ALTER COLUMN made TYPE date;',
      'ALTER TABLE orders ALTER COLUMN amount TYPE smallint;',
    ],
    good: [
      {
        'public/001_orders.sql':
          'CREATE TABLE IF NOT EXISTS orders (id int, note varchar(10), total numeric(6, 2), made date);',
        'public/002_widen.sql':
          'ALTER TABLE orders ALTER COLUMN id TYPE bigint, ALTER COLUMN note TYPE varchar(20), ALTER COLUMN total TYPE numeric(12, 2), ALTER COLUMN made TYPE timestamptz;\nALTER TABLE orders ALTER COLUMN note TYPE text;',
      },
      'CREATE TABLE IF NOT EXISTS fresh (note text);\nALTER TABLE fresh ALTER COLUMN note TYPE varchar(10);',
      'ALTER TABLE orders ALTER COLUMN note TYPE varchar(20);',
      "ALTER TABLE orders ALTER COLUMN made TYPE date USING to_date(made, 'YYYY-MM-DD');",
      'ALTER TABLE orders ALTER COLUMN amount TYPE bigint;',
      'ALTER TYPE pair ALTER ATTRIBUTE a TYPE smallint;',
      {
        'public/001_short.sql': 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS code varchar(3);',
        'public/002_longer.sql': 'ALTER TABLE orders ALTER COLUMN code TYPE varchar(5);',
      },
      {
        'public/001_orders.sql': 'CREATE TABLE IF NOT EXISTS orders (id bigint, note text);',
        'public/002_short.sql': 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS short varchar(10);',
        'public/003_fill.sql':
          'UPDATE orders SET short = note WHERE short IS NULL AND length(note) <= 10;',
      },
    ],
  },
  looksAt: 'statement',
  check: (statement, known, context) => {
    // No column may have the type of which an attribute changes, and a foreign table has no rows here.
    if (statement.kind !== 'alter-table' || statement.what !== 'table') return [];
    if (known.isNew(statement.table)) return [];
    const { table, actions, at: before } = statement;
    const columns = known.shapeOf(table)?.columns;
    return actions.flatMap((action): readonly Found[] => {
      if (action.kind !== 'alter-type') return [];
      const { column, type, using } = action;
      if (isAdded({ table, column, before }, known, context)) return [];
      const from = columns?.get(column)?.type ?? null;
      const unknown = using === null ? lossOfUnknown(type) : null;
      const loss = from === null ? unknown : lossOf(from, type);
      if (loss === null && !cuts(using, column)) return [];
      const name = `${known.qualified(table)}.${column}`;
      return [{ at: action.at, message: `${name}: ${loss ?? 'USING cuts what the values have'}` }];
    });
  },
};

const cutting = /^(?:ceil|ceiling|date_trunc|floor|left|right|round|substr|substring|trunc)$/;

function cuts(using: Expr | null, column: string): boolean {
  return Array.from(everyExpr(using)).some(
    (expr) =>
      expr.kind === 'call' &&
      cutting.test(expr.name) &&
      expr.args.some((arg) => arg.kind === 'column' && arg.path.at(-1) === column),
  );
}
