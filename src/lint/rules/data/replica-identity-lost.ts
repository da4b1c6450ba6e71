import type { Name } from '../../../core/grammar/names.js';
import type { AlterAction } from '../../../core/grammar/tables.js';
import { type Known, tableOf } from '../../known/known.js';
import type { Context, Found, StatementRule } from '../../known/rule.js';
import { everyStatement } from '../../known/whole-file.js';

export const replicaIdentityLost: StatementRule<'replica-identity-lost'> = {
  name: 'replica-identity-lost',
  family: 'data',
  severity: 'warning',
  summary: 'a table loses the key by which subscribers find its rows',
  why: 'Logical replication finds the row to change by its replica identity: the primary key, unless ALTER TABLE says otherwise. Without one, every UPDATE and DELETE of a published table fails with “does not have a replica identity” from then on, for every program.',
  instead: 'give the table another key, or REPLICA IDENTITY FULL, in the same file',
  examples: {
    bad: [
      'ALTER TABLE orders REPLICA IDENTITY NOTHING;',
      'ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_pkey;',
      {
        'public/001_orders.sql':
          'CREATE TABLE IF NOT EXISTS orders (id bigint CONSTRAINT key PRIMARY KEY, number bigint);',
        'public/002_drop.sql': 'ALTER TABLE orders DROP CONSTRAINT IF EXISTS key;',
      },
      {
        'public/001_orders.sql':
          'CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, n int);',
        'public/002_drop.sql': 'ALTER TABLE orders DROP COLUMN IF EXISTS id;',
      },
      {
        'public/001_orders.sql':
          'CREATE TABLE IF NOT EXISTS orders (id bigint NOT NULL);\nCREATE UNIQUE INDEX IF NOT EXISTS orders_id ON orders (id);\nALTER TABLE orders REPLICA IDENTITY USING INDEX orders_id;',
        'public/002_drop.sql': 'DROP INDEX IF EXISTS orders_id;',
      },
    ],
    good: [
      'ALTER TABLE orders REPLICA IDENTITY FULL;',
      'ALTER TABLE orders DROP CONSTRAINT IF EXISTS positive;',
      'CREATE TABLE IF NOT EXISTS fresh (id bigint);\nALTER TABLE fresh REPLICA IDENTITY NOTHING;',
      'ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_pkey;\nALTER TABLE orders REPLICA IDENTITY FULL;',
      'ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_pkey, ADD PRIMARY KEY (number);',
    ],
  },
  looksAt: 'statement',
  check: (statement, known, context) => {
    if (statement.kind === 'drop' && statement.object === 'index') {
      return statement.names
        .filter((name) => isIdentity(name, known))
        .map(({ name }) => ({ at: statement.at, message: lost(`index ${name}`) }));
    }
    if (statement.kind !== 'alter-table' || known.isNew(statement.table)) return [];
    const { table, actions } = statement;
    return actions.flatMap((action): readonly Found[] => {
      const found = lostBy(action, table, known);
      return found === null || givesAnother(table, context)
        ? []
        : [{ at: action.at, message: found }];
    });
  },
};

function lost(what: string): string {
  return `without its ${what}, UPDATE and DELETE fail as soon as the table is published`;
}

function isIdentity(name: Name, known: Known): boolean {
  const index = known.index(name);
  const relation = index === null ? null : known.relation(tableOf(index));
  return relation?.replicaIdentity === 'index' && relation.replicaIndex === name.name;
}

function lostBy(action: AlterAction, table: Name, known: Known): string | null {
  if (action.kind === 'replica-identity')
    return action.identity === 'nothing' ? lost('replica identity') : null;
  const relation = known.relation(table);
  if ((relation?.replicaIdentity ?? 'default') !== 'default') return null;
  const key = relation?.constraints.find(({ type }) => type === 'primary key');
  if (action.kind === 'drop-column')
    return key?.columns.includes(action.column) === true ? lost('primary key') : null;
  if (action.kind !== 'drop-constraint') return null;
  const name = key?.name ?? `${table.name}_pkey`;
  return action.constraint === name ? lost('primary key') : null;
}

/** Whether the file gives the table a primary key or another identity, before or after the statement. */
function givesAnother(table: Name, { file }: Context): boolean {
  for (const statement of everyStatement(file)) {
    if (statement.kind !== 'alter-table' || statement.table.name !== table.name) continue;
    const gives = statement.actions.some(
      (action) =>
        (action.kind === 'add-constraint' && action.constraint.type === 'primary key') ||
        (action.kind === 'add-column' &&
          action.column.constraints.some(({ type }) => type === 'primary key')) ||
        (action.kind === 'replica-identity' && action.identity !== 'nothing'),
    );
    if (gives) return true;
  }
  return false;
}
