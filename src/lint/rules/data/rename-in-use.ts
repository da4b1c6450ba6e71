import { isAdded } from '../../known/guards.js';
import type { StatementRule } from '../../known/rule.js';
import { WholeFile } from '../../known/whole-file.js';

export const renameInUse: StatementRule<'rename-in-use'> = {
  name: 'rename-in-use',
  family: 'data',
  severity: 'warning',
  summary: 'RENAME or SET SCHEMA of an existing table, view or column',
  why: 'The old name is gone once the file is committed. Programs of the previous release still use it while the new ones start, and each of their statements fails with “does not exist”. So do functions in PL/pgSQL that name it. ALTER … RENAME takes ACCESS EXCLUSIVE.',
  instead:
    'leave a view under the old name for one release; for a column, add the new one, fill it, and drop the old one in a later release',
  examples: {
    bad: [
      'ALTER TABLE IF EXISTS orders RENAME TO sales;',
      'ALTER VIEW IF EXISTS open_orders RENAME TO waiting_orders;',
      "DO $$ BEGIN IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'total') THEN ALTER TABLE orders RENAME COLUMN total TO amount; END IF; END $$;",
      'ALTER TABLE IF EXISTS orders SET SCHEMA shop;',
    ],
    good: [
      'ALTER INDEX IF EXISTS orders_by_id RENAME TO sales_by_id;',
      'CREATE TABLE IF NOT EXISTS fresh (id bigint);\nALTER TABLE fresh RENAME COLUMN id TO number;',
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS helper int;\nALTER TABLE orders RENAME COLUMN helper TO amount;',
      'ALTER TABLE IF EXISTS orders RENAME TO orders_before;\nCREATE TABLE IF NOT EXISTS orders (id bigint);',
      'ALTER TABLE IF EXISTS orders RENAME TO sales;\nCREATE OR REPLACE VIEW orders AS SELECT * FROM sales;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known, context) => {
    if (statement.kind !== 'rename' && statement.kind !== 'set-schema') return [];
    const { object, name, at } = statement;
    if (!inUse.has(object) || known.isNew(name)) return [];
    const part = statement.kind === 'rename' ? statement.part : null;
    if (part !== null) {
      if (isAdded({ table: name, column: part, before: at }, known, context)) return [];
    } else {
      const file = WholeFile.of(context.file);
      const leaves = ['table', 'view', 'materialized view'] as const;
      if (leaves.some((kind) => file.makes(kind, name))) return [];
    }
    const old = part === null ? known.qualified(name) : `${known.qualified(name)}.${part}`;
    return [{ at, message: `programs that still use ${old} fail from the commit on` }];
  },
};

const inUse: ReadonlySet<string> = new Set(['column', 'materialized view', 'table', 'view']);
