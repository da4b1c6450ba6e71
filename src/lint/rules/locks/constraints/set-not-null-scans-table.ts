import { alterOfOldTable, provesNotNull } from '../../../known/altered.js';
import type { StatementRule } from '../../../known/rule.js';

export const setNotNullScansTable: StatementRule<'set-not-null-scans-table'> = {
  name: 'set-not-null-scans-table',
  family: 'locks',
  severity: 'warning',
  summary: 'SET NOT NULL without a valid CHECK that saves it from reading the whole table',
  why: 'SET NOT NULL reads every row for a null while it holds ACCESS EXCLUSIVE, so SELECT waits for as long as that takes. A valid CHECK (column IS NOT NULL) proves it without reading anything. VALIDATE CONSTRAINT reads the rows as well, but with SHARE UPDATE EXCLUSIVE, for which neither readers nor writers wait.',
  instead:
    'add CHECK (… IS NOT NULL) NOT VALID, VALIDATE it in the next file, and SET NOT NULL in the one after that',
  examples: {
    bad: [
      'ALTER TABLE orders ALTER COLUMN state SET NOT NULL;',
      {
        'public/001_check.sql':
          'ALTER TABLE orders ADD CONSTRAINT has_state CHECK (state IS NOT NULL) NOT VALID;',
        'public/002_not_null.sql': 'ALTER TABLE orders ALTER COLUMN state SET NOT NULL;',
      },
      {
        'public/001_check.sql':
          "ALTER TABLE orders ADD CONSTRAINT c CHECK (state <> '') NOT VALID;",
        'public/002_validate.sql': 'ALTER TABLE orders VALIDATE CONSTRAINT c;',
        'public/003_not_null.sql': 'ALTER TABLE orders ALTER COLUMN state SET NOT NULL;',
      },
    ],
    good: [
      'CREATE TABLE IF NOT EXISTS orders (state text);\nALTER TABLE orders ALTER COLUMN state SET NOT NULL;',
      {
        'public/001_orders.sql': 'CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY);',
        'public/002_again.sql': 'ALTER TABLE orders ALTER COLUMN id SET NOT NULL;',
      },
      {
        'public/001_check.sql':
          'DO $$ BEGIN ALTER TABLE orders ADD CONSTRAINT has_state CHECK (state IS NOT NULL) NOT VALID;\nEXCEPTION WHEN duplicate_object THEN NULL; END $$;',
        'public/002_validate.sql': 'ALTER TABLE orders VALIDATE CONSTRAINT has_state;',
        'public/003_not_null.sql': 'ALTER TABLE orders ALTER COLUMN state SET NOT NULL;',
      },
    ],
  },
  looksAt: 'statement',
  check: (statement, known) => {
    const alter = alterOfOldTable(statement, known);
    if (alter === null) return [];
    const shape = known.shapeOf(alter.table);
    return alter.actions.flatMap((action) => {
      if (action.kind !== 'set-not-null') return [];
      const { column, at } = action;
      if (shape?.columns.get(column)?.isNotNull === true) return [];
      if (shape?.constraints.some((each) => provesNotNull(each, column)) === true) return [];
      const table = known.qualified(alter.table);
      const message = `SET NOT NULL of ${column} reads all of ${table} while readers and writers wait (ACCESS EXCLUSIVE)`;
      return [{ at, message }];
    });
  },
};
