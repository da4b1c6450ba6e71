import type { Name } from '../../../core/grammar/names.js';
import type { Found, StatementRule } from '../../known/rule.js';

export const clusterOrVacuumFull: StatementRule<'cluster-or-vacuum-full'> = {
  name: 'cluster-or-vacuum-full',
  family: 'locks',
  severity: 'warning',
  summary: 'CLUSTER or VACUUM FULL',
  why: 'Both write all rows and all indexes to new files while they hold ACCESS EXCLUSIVE: SELECT waits too, and the disk has to hold both copies. lock_timeout limits how long they wait for the lock, not how long they hold it. Plain VACUUM takes SHARE UPDATE EXCLUSIVE, for which neither readers nor writers wait.',
  instead:
    'leave it to VACUUM, or to pg_repack, or do it by hand while nobody needs the table; it need not be part of a release',
  examples: {
    bad: [
      'VACUUM FULL orders;',
      'CLUSTER orders USING orders_pkey;',
      'VACUUM (FULL, ANALYZE) orders;',
    ],
    good: [
      'CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);\nCLUSTER orders USING orders_pkey;',
      'ALTER TABLE orders CLUSTER ON orders_pkey;',
      'ANALYZE orders;',
      'VACUUM (ANALYZE) orders;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known) => {
    const { at } = statement;
    const found = (what: string, table: Name | null): readonly Found[] => {
      if (table !== null && known.isNew(table)) return [];
      const whose = table === null ? 'every table' : known.qualified(table);
      const message = `${what} rewrites all of ${whose} while readers and writers wait (ACCESS EXCLUSIVE)`;
      return [{ at, message }];
    };
    if (statement.kind === 'cluster') return found('CLUSTER', statement.table);
    if (statement.kind !== 'vacuum' || !statement.full) return [];
    const { tables } = statement;
    if (tables.length === 0) return found('VACUUM FULL', null);
    return tables.flatMap((table) => found('VACUUM FULL', table));
  },
};
