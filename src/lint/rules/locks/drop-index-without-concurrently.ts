import { tableOf } from '../../known/known.js';
import type { StatementRule } from '../../known/rule.js';

export const dropIndexWithoutConcurrently: StatementRule<'drop-index-without-concurrently'> = {
  name: 'drop-index-without-concurrently',
  family: 'locks',
  severity: 'warning',
  summary: 'DROP INDEX without CONCURRENTLY of an existing index',
  why: 'DROP INDEX takes ACCESS EXCLUSIVE on the table of the index until the file is committed: it waits for every running query of the table, and every later one waits behind it, including SELECT. CONCURRENTLY takes SHARE UPDATE EXCLUSIVE, for which neither readers nor writers wait; it cannot run in a transaction.',
  instead: 'write DROP INDEX CONCURRENTLY IF EXISTS, one index per statement, alone in a file',
  examples: {
    bad: [
      'DROP INDEX IF EXISTS orders_by_customer;',
      {
        'public/001_orders.sql':
          'CREATE TABLE IF NOT EXISTS orders (id bigint);\nCREATE INDEX IF NOT EXISTS by_id ON orders (id);',
        'public/002_drop.sql': 'DO $$ BEGIN DROP INDEX IF EXISTS by_id; END $$;',
      },
    ],
    good: [
      'CREATE TABLE IF NOT EXISTS orders (id bigint);\nCREATE INDEX IF NOT EXISTS by_id ON orders (id);\nDROP INDEX IF EXISTS by_id;',
      {
        'public/001_orders.sql':
          'CREATE TABLE IF NOT EXISTS events (at date) PARTITION BY RANGE (at);\nCREATE INDEX IF NOT EXISTS by_at ON events (at);',
        'public/002_drop.sql': 'DROP INDEX IF EXISTS by_at;',
      },
      'DROP INDEX CONCURRENTLY IF EXISTS orders_by_customer;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known) => {
    if (statement.kind !== 'drop' || statement.object !== 'index' || statement.concurrently)
      return [];
    return statement.names.flatMap((name) => {
      if (known.droppedBy('index', name) !== null) return [];
      const index = known.index(name);
      const table = index === null ? null : tableOf(index);
      if (table !== null && known.isNew(table)) return [];
      // PostgreSQL cannot drop an index of a partitioned table CONCURRENTLY.
      if (table !== null && known.relation(table)?.isPartitioned === true) return [];
      const whose = index === null ? 'its table' : index.table;
      const message = `DROP INDEX ${name.name} keeps readers and writers of ${whose} waiting (ACCESS EXCLUSIVE)`;
      return [{ at: statement.at, message }];
    });
  },
};
