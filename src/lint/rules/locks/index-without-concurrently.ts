import type { StatementRule } from '../../known/rule.js';

export const indexWithoutConcurrently: StatementRule<'index-without-concurrently'> = {
  name: 'index-without-concurrently',
  family: 'locks',
  severity: 'warning',
  summary: 'CREATE INDEX without CONCURRENTLY on an existing table',
  why: 'CREATE INDEX holds SHARE on the table until the file is committed. Every INSERT, UPDATE and DELETE waits for as long as the build takes, which grows with the table. CONCURRENTLY takes SHARE UPDATE EXCLUSIVE, for which neither readers nor writers wait; it reads the table twice and cannot run in a transaction.',
  instead: 'write CREATE INDEX CONCURRENTLY IF NOT EXISTS, alone in a file',
  examples: {
    bad: [
      'CREATE INDEX IF NOT EXISTS orders_by_customer ON orders (customer_id);',
      "DO $$ BEGIN EXECUTE 'CREATE INDEX orders_by_customer ON orders (customer_id)'; END $$;",
    ],
    good: [
      'CREATE TABLE IF NOT EXISTS orders (id bigint, customer_id bigint);\nCREATE INDEX IF NOT EXISTS orders_by_customer ON orders (customer_id);',
      'CREATE INDEX IF NOT EXISTS orders_by_customer ON ONLY orders (customer_id);',
      'CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_by_customer ON orders (customer_id);',
    ],
  },
  looksAt: 'statement',
  check: (statement, known) => {
    if (statement.kind !== 'create-index' || statement.concurrently) return [];
    const { table, at, withPartitions, creates } = statement;
    if (!withPartitions || known.isNew(table)) return [];
    const isThere = creates?.ifNotExists === true && known.index(creates) !== null;
    if (isThere) return [];
    const message = `CREATE INDEX keeps writers of ${known.qualified(table)} waiting while it reads the whole table (SHARE)`;
    // PostgreSQL cannot build an index on a partitioned table CONCURRENTLY.
    if (known.relation(table)?.isPartitioned !== true) return [{ at, message }];
    const advice =
      'create it ON ONLY the partitioned table, build one CONCURRENTLY on each partition, and attach these with ALTER INDEX … ATTACH PARTITION';
    return [{ at, message, advice }];
  },
};
