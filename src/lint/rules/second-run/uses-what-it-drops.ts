import { everyExpr, type Expr } from '../../../core/grammar/expressions.js';
import type { Name, ObjectKind } from '../../../core/grammar/names.js';
import type { Statement, StatementOf } from '../../../core/grammar/statement.js';
import { expectsNothing, isTemporary } from '../../known/guards.js';
import type { Found, StatementRule } from '../../known/rule.js';
import { WholeFile } from '../../known/whole-file.js';

export const usesWhatItDrops: StatementRule<'uses-what-it-drops'> = {
  name: 'uses-what-it-drops',
  family: 'second-run',
  severity: 'error',
  summary:
    'a table, column or constraint is used in a file that drops it, so that a second run misses it',
  why: 'The first run moves the values and drops what they came from. Run a second time, the statement that reads it fails with “does not exist”, and the file is rolled back: IF EXISTS helps the DROP, but not the statement before it.',
  instead:
    'drop it in a later file, and write -- pgm:once in this one, or put the use into a DO block that looks for it first',
  examples: {
    bad: [
      'UPDATE orders SET total = price * amount;\nALTER TABLE orders DROP COLUMN IF EXISTS price;',
      'INSERT INTO archive SELECT * FROM orders ON CONFLICT DO NOTHING;\nDROP TABLE IF EXISTS orders;',
      'INSERT INTO customers (id) SELECT customer_id FROM orders WHERE customer_id IS NOT NULL ON CONFLICT DO NOTHING;\nALTER TABLE orders DROP COLUMN IF EXISTS customer_id;',
      'ALTER TABLE orders VALIDATE CONSTRAINT positive;\nALTER TABLE orders DROP CONSTRAINT IF EXISTS positive;',
      'DELETE FROM orders WHERE paid;\nALTER TABLE orders DROP COLUMN IF EXISTS paid;',
      'DELETE FROM orders WHERE id IN (SELECT order_id FROM mistakes);\nDROP TABLE IF EXISTS mistakes;',
    ],
    good: [
      'CREATE TABLE IF NOT EXISTS fresh (LIKE orders);\nINSERT INTO fresh SELECT * FROM orders ON CONFLICT DO NOTHING;\nALTER TABLE orders RENAME TO old_orders;\nALTER TABLE fresh RENAME TO orders;\nDROP TABLE old_orders;',
      'CREATE TEMPORARY TABLE fresh AS SELECT * FROM orders;\nUPDATE orders SET total = 1 WHERE total IS NULL;\nDROP TABLE fresh;',
      'DROP TABLE IF EXISTS fresh;\nCREATE TABLE fresh AS SELECT id FROM orders;\nDELETE FROM orders WHERE id IN (SELECT id FROM fresh WHERE id < 0);\nDROP TABLE fresh;',
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS helper int;\nUPDATE orders SET helper = id;\nALTER TABLE orders DROP COLUMN IF EXISTS helper;',
      "DO $$ BEGIN IF to_regclass('delivered') IS NOT NULL THEN INSERT INTO stock SELECT * FROM delivered ON CONFLICT DO NOTHING; END IF; END $$;\nDROP TABLE IF EXISTS delivered;",
      'UPDATE orders SET total = 1 WHERE total IS NULL;\nALTER TABLE customers DROP COLUMN IF EXISTS total;',
      '-- pgm:once\nUPDATE orders SET total = price * amount;\nALTER TABLE orders DROP COLUMN IF EXISTS price;',
      "DO $$ BEGIN\n  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'price') THEN\n    UPDATE orders SET total = price * amount;\n  END IF;\nEND $$;\nALTER TABLE orders DROP COLUMN IF EXISTS price;",
    ],
  },
  looksAt: 'statement',
  check: (statement, known, context) => {
    if (expectsNothing(context)) return [];
    const file = WholeFile.of(context.file);
    if (statement.kind === 'alter-table') return ofConstraints(statement, file);
    const isLost = ({ name, on }: Use): boolean =>
      isGone(name, on, file) && !isTemporary(known, on ?? name);
    const use = tablesOf(statement).find(isLost) ?? columnsOf(statement).find(isLost);
    if (use === undefined) return [];
    const what = use.on === null ? 'table' : 'column';
    return [{ at: statement.at, message: messageOf(what, use.name.name) }];
  },
};

/** A table, or a column of the table `on`. */
interface Use {
  readonly name: Name;
  readonly on: Name | null;
}

function messageOf(what: string, name: string): string {
  return `run a second time, it fails: the file has dropped the ${what} ${name}`;
}

/** The file drops it and does not make it. */
function isGone(name: Name, on: Name | null, file: WholeFile): boolean {
  // A table that is dropped takes its columns along: those of one that is made again are others.
  if (on !== null && file.drops('table', on)) return false;
  const kinds: readonly ObjectKind[] =
    on === null ? ['table', 'view', 'materialized view'] : ['column'];
  const isMade = kinds.some((kind) => file.makes(kind, name, on));
  return !isMade && kinds.some((kind) => file.drops(kind, name, on));
}

function ofConstraints(
  { table, actions }: StatementOf<'alter-table'>,
  file: WholeFile,
): readonly Found[] {
  return actions.flatMap((action): readonly Found[] => {
    if (action.kind !== 'validate-constraint') return [];
    const { constraint, at } = action;
    const name = { schema: null, name: constraint };
    const isMade = file.makes('constraint', name, table) || file.drops('table', table);
    if (isMade || !file.drops('constraint', name, table)) return [];
    return [{ at, message: messageOf('constraint', constraint) }];
  });
}

function tablesOf(statement: Statement): readonly Use[] {
  return namesIn(statement).map((name) => ({ name, on: null }));
}

function namesIn(statement: Statement): readonly Name[] {
  switch (statement.kind) {
    case 'insert':
      return [statement.table, ...(statement.query?.reads ?? [])];
    case 'update':
    case 'merge':
      return [statement.table, ...statement.reads];
    case 'delete':
      return [statement.table, ...readIn(statement.where)];
    case 'select':
    case 'create-table-as':
      return statement.query.reads;
    default:
      return [];
  }
}

function readIn(where: Expr | null): readonly Name[] {
  return Array.from(everyExpr(where)).flatMap((expr) =>
    expr.kind === 'query' ? expr.query.reads : [],
  );
}

/** The columns that are certainly of one table: a statement that names several may mean another one. */
function columnsOf(statement: Statement): readonly Use[] {
  if (statement.kind === 'update') {
    const { table, alias, assignments, where, reads } = statement;
    const values = [...assignments.map(({ value }) => value), where];
    const named = pathsIn(values).filter(
      ([column, of]) =>
        column !== undefined && (of === alias || (of === undefined && reads.length === 0)),
    );
    const columns = [
      ...assignments.map(({ column }) => column),
      ...named.map(([column = '']) => column),
    ];
    return usesOf(columns, table);
  }
  if (statement.kind === 'delete') {
    const paths = readIn(statement.where).length > 0 ? [] : pathsIn([statement.where]);
    return usesOf(
      paths.flatMap(([column = '', of]) => (of === undefined ? [column] : [])),
      statement.table,
    );
  }
  const query = statement.kind === 'insert' ? statement.query : null;
  const [source, ...others] = query?.reads ?? [];
  if (query === null || source === undefined || others.length > 0 || query.readsWith) return [];
  return usesOf(
    pathsIn([...query.targets, query.where]).map(([column = '']) => column),
    source,
  );
}

/** Each as the name of a column and what stands before it. */
function pathsIn(exprs: readonly (Expr | null)[]): readonly (readonly string[])[] {
  return exprs
    .flatMap((expr) => Array.from(everyExpr(expr)))
    .flatMap((expr) => (expr.kind === 'column' ? [[...expr.path].reverse()] : []));
}

function usesOf(columns: readonly string[], on: Name): readonly Use[] {
  return columns.map((name) => ({ name: { schema: null, name, at: on.at }, on }));
}
