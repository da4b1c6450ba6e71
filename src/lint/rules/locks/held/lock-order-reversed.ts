import { shutsOutWriters } from '../../../../core/proof/database/lock-modes.js';
import type { HeldLock } from '../../../known/known.js';
import type { FileRule, Found } from '../../../known/rule.js';

export const lockOrderReversed: FileRule<'lock-order-reversed'> = {
  name: 'lock-order-reversed',
  family: 'locks',
  severity: 'warning',
  summary: 'two tables are locked in one order by this file, and in the other by an earlier one',
  why: 'pgm never runs two files at once, so they cannot block each other. Programs can: one that writes both tables in a transaction uses one of the two orders, and one of the two files uses the other. Then each waits for what the other holds, and PostgreSQL ends one of them with “deadlock detected” (40P01) after deadlock_timeout: pgm tries the file again, the program may not. If the files agree on one order, a program that uses it is safe with both.',
  instead:
    'lock the tables in the same order in both files, or give each table a file of its own, which holds one lock only',
  examples: {
    areAllDue: true,
    bad: [
      {
        'public/001_column.sql':
          'ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;\nALTER TABLE customers ADD COLUMN IF NOT EXISTS phone text;',
        'public/002_column.sql':
          'ALTER TABLE customers ADD COLUMN IF NOT EXISTS mail text;\nALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;',
      },
    ],
    good: [
      {
        'public/001_tables.sql':
          'CREATE TABLE IF NOT EXISTS orders (id bigint);\nCREATE TABLE IF NOT EXISTS customers (id bigint);',
        'public/002_column.sql':
          'ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;\nALTER TABLE customers ADD COLUMN IF NOT EXISTS phone text;',
        'public/003_column.sql':
          'ALTER TABLE customers ADD COLUMN IF NOT EXISTS mail text;\nALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;',
      },
      {
        'public/001_column.sql':
          'ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;\nALTER TABLE customers ADD COLUMN IF NOT EXISTS phone text;',
        'public/002_column.sql':
          '-- pgm:no-transaction\nALTER TABLE customers ADD COLUMN IF NOT EXISTS mail text;\nALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;',
      },
      {
        'public/001_column.sql':
          'ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;\nALTER TABLE customers ADD COLUMN IF NOT EXISTS phone text;',
        'public/002_column.sql':
          'ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;\nALTER TABLE customers ADD COLUMN IF NOT EXISTS mail text;',
      },
    ],
  },
  looksAt: 'file',
  check: (_file, known): readonly Found[] => {
    const own = firstLocks(known.locks);
    for (const { file, locks } of known.earlier) {
      const order = new Map(firstLocks(locks).map(({ table }, at) => [table, at]));
      let last = -1;
      for (const later of own) {
        const place = order.get(later.table) ?? last;
        const first =
          place < last ? own.find(({ table }) => (order.get(table) ?? -1) > place) : undefined;
        if (first !== undefined) {
          const message = `${later.command} asks for ${later.table} while the file holds ${first.table}, and ${file} locks them in the other order: a program that writes both waits for one of the two files, and that file for the program (deadlock)`;
          return [{ at: later.at, message }];
        }
        last = place;
      }
    }
    return [];
  },
};

/** The locks that writers wait for, one per table. */
function firstLocks(locks: readonly HeldLock[]): readonly HeldLock[] {
  const seen = new Set<string>();
  return locks.filter(({ table, mode }) => {
    const isFirst = shutsOutWriters(mode) && !seen.has(table);
    if (isFirst) seen.add(table);
    return isFirst;
  });
}
