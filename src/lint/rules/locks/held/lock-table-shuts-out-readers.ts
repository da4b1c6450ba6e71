import type { StatementRule } from '../../../known/rule.js';

export const lockTableShutsOutReaders: StatementRule<'lock-table-shuts-out-readers'> = {
  name: 'lock-table-shuts-out-readers',
  family: 'locks',
  severity: 'warning',
  summary: 'LOCK TABLE without a mode, or IN ACCESS EXCLUSIVE MODE',
  why: 'LOCK TABLE without a mode takes ACCESS EXCLUSIVE: from here until the file is committed, SELECT waits as well. To keep rows from changing under a file, a lock for which only writers wait is enough.',
  instead:
    'write LOCK TABLE … IN SHARE ROW EXCLUSIVE MODE, for which writers wait and readers do not',
  examples: {
    bad: ['LOCK TABLE orders;', 'DO $$ BEGIN LOCK TABLE orders IN ACCESS EXCLUSIVE MODE; END $$;'],
    good: [
      'CREATE TABLE IF NOT EXISTS orders (id bigint);\nLOCK TABLE orders;',
      'LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known) => {
    if (statement.kind !== 'lock' || statement.mode !== 'ACCESS EXCLUSIVE') return [];
    return statement.tables
      .filter((table) => !known.isNew(table))
      .map((table) => ({
        at: statement.at,
        message: `LOCK TABLE keeps readers and writers of ${known.qualified(table)} waiting to the end of the file (ACCESS EXCLUSIVE)`,
      }));
  },
};
