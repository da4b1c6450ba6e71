import type { Expr } from '../../../../core/grammar/expressions.js';
import type { Index, Known, KnownConstraint, Relation } from '../../../known/known.js';
import type { SourceRule } from '../../../known/rule.js';

export const foreignKeyWithoutIndex: SourceRule<'foreign-key-without-index'> = {
  name: 'foreign-key-without-index',
  family: 'locks',
  severity: 'warning',
  summary: 'a FOREIGN KEY without an index that begins with its columns',
  why: 'PostgreSQL creates an index on the referenced key, but none on the columns that reference it. Each DELETE of a referenced row, and each UPDATE of its key, looks for rows that reference it: without an index, that reads the whole table once for each deleted row, while the transaction keeps the locks on what it has deleted so far. On a small table nobody notices; a DELETE of a thousand rows reads a large one a thousand times.',
  instead:
    'create an index that begins with the columns of the foreign key: on a table with rows CREATE INDEX CONCURRENTLY IF NOT EXISTS, alone in a file',
  examples: {
    bad: [
      'CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id) ON DELETE CASCADE);',
      'CREATE TABLE IF NOT EXISTS lines (order_id bigint REFERENCES orders, number int, PRIMARY KEY (number, order_id));',
      "CREATE TABLE IF NOT EXISTS orders (customer_id bigint REFERENCES customers, state text);\nCREATE INDEX IF NOT EXISTS orders_open ON orders (customer_id) WHERE state = 'open';",
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS customer_id bigint REFERENCES customers (id);',
      {
        'public/001_orders.sql':
          'CREATE TABLE IF NOT EXISTS orders (customer_id bigint);\nCREATE INDEX IF NOT EXISTS orders_by_customer ON orders (customer_id);',
        'public/002_key.sql':
          'DROP INDEX IF EXISTS orders_by_customer;\nALTER TABLE orders DROP CONSTRAINT IF EXISTS of_customer, ADD CONSTRAINT of_customer FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;',
      },
    ],
    good: [
      'CREATE TABLE IF NOT EXISTS lines (order_id bigint REFERENCES orders, number int, PRIMARY KEY (order_id, number));',
      'CREATE TABLE IF NOT EXISTS orders (customer_id bigint REFERENCES customers);\nCREATE INDEX IF NOT EXISTS orders_by_customer ON orders (customer_id) WHERE customer_id IS NOT NULL;',
      'ALTER TABLE orders ADD CONSTRAINT of_customer FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;',
      "CREATE TABLE IF NOT EXISTS orders (customer_id bigint REFERENCES customers);\nDO $$ BEGIN EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON orders (customer_id)', 'by_customer'); END $$;",
      {
        'public/001_orders.sql':
          'CREATE TABLE IF NOT EXISTS orders (customer bigint REFERENCES customers);\nALTER TABLE orders RENAME COLUMN customer TO customer_id;',
        'public/002_index.sql':
          'CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_by_customer ON orders (customer_id);',
      },
      'CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id) ON DELETE CASCADE);\nCREATE INDEX IF NOT EXISTS orders_by_customer ON orders (customer_id);',
    ],
  },
  looksAt: 'source',
  check: ({ files }, known) => {
    // What a format() builds may be the index.
    if (known.runsUnknown) return [];
    const due = new Set(files.flatMap(({ key, isDue }) => (isDue ? [key] : [])));
    return [...known.relations(), ...known.altered()].flatMap((table) =>
      table.constraints
        .filter((key) => due.has(key.file) && isUnindexed(key, table, known))
        .map(({ file, columns, references }) => {
          const other = references === null ? 'the other table' : known.qualified(references);
          const own = `${table.schema}.${table.name}`;
          const message = `no index of ${own} begins with ${columns.join(', ')}: each DELETE of a row of ${other} that these reference reads all of ${own}`;
          return { key: file, at: null, message };
        }),
    );
  },
};

function isUnindexed(key: KnownConstraint, table: Relation, known: Known): boolean {
  const { type, isEnforced, columns } = key;
  if (type !== 'foreign key' || !isEnforced || !isWhollyKnown(table, columns)) return false;
  const { schema, name, constraints } = table;
  const starts = [
    ...constraints.filter(({ type: each }) => each === 'primary key' || each === 'unique'),
    ...known.indexesOf({ schema, name, at: 0 }).filter((index) => serves(index, columns)),
  ].map((index) => index.columns[0] ?? '');
  return !starts.some((column) => columns.includes(column));
}

/** Whether no index of the columns can be unknown: the files create all of the table, or at least the columns. */
function isWhollyKnown(table: Relation, columns: readonly string[]): boolean {
  if (table.isDerived || table.partitionOf !== null) return false;
  return columns.every((column) => table.columns.has(column));
}

function serves({ method, where }: Index, columns: readonly string[]): boolean {
  return (method === 'btree' || method === 'hash') && (where === null || isThere(where, columns));
}

/** `column IS NOT NULL`, which is true for each row that references another one. */
function isThere(where: Expr, columns: readonly string[]): boolean {
  if (where.kind !== 'operator' || where.name !== 'is not null') return false;
  const [operand] = where.operands;
  return operand?.kind === 'column' && columns.includes(operand.path.at(-1) ?? '');
}
