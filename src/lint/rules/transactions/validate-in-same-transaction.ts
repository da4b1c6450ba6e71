import { validatesOwn } from '../../known/altered.js';
import type { StatementRule } from '../../known/rule.js';

export const validateInSameTransaction: StatementRule<'validate-in-same-transaction'> = {
  name: 'validate-in-same-transaction',
  family: 'transactions',
  severity: 'warning',
  summary: 'NOT VALID and VALIDATE of the same constraint in one transaction',
  why: 'A file is one transaction, and the lock of ADD CONSTRAINT … NOT VALID is held until it is committed: ACCESS EXCLUSIVE for a CHECK, SHARE ROW EXCLUSIVE on both tables for a foreign key. VALIDATE CONSTRAINT in the same file reads all rows under that lock, so that others wait as long as without NOT VALID.',
  instead: 'move VALIDATE CONSTRAINT to the next file',
  examples: {
    bad: [
      'ALTER TABLE orders ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT positive;',
      'ALTER TABLE orders ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID, VALIDATE CONSTRAINT positive;',
      'DO $$ BEGIN\n  ALTER TABLE orders ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID;\nEXCEPTION WHEN duplicate_object THEN NULL;\nEND $$;\nALTER TABLE orders VALIDATE CONSTRAINT positive;',
    ],
    good: [
      '-- pgm:no-transaction\nALTER TABLE orders ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT positive;',
      'CREATE TABLE IF NOT EXISTS orders (amount int);\nALTER TABLE orders ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT positive;',
      {
        'public/001_check.sql':
          'ALTER TABLE orders ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID;',
        'public/002_validate.sql': 'ALTER TABLE orders VALIDATE CONSTRAINT positive;',
      },
    ],
  },
  looksAt: 'statement',
  check: (statement, known, { file }) => {
    if (statement.kind !== 'alter-table' || !file.isTransaction) return [];
    const table = known.qualified(statement.table);
    return validatesOwn(statement, known, file.key).map(({ constraint, at }) => {
      const message = `VALIDATE CONSTRAINT ${constraint} reads all of ${table} under the lock of its NOT VALID, which this transaction still holds`;
      return { at, message };
    });
  },
};
