import type { Constraint } from '../../../../core/grammar/tables.js';
import { addedColumns, addedConstraints, alterOfOldTable } from '../../../known/altered.js';
import type { StatementRule } from '../../../known/rule.js';

export const foreignKeyWithoutNotValid: StatementRule<'foreign-key-without-not-valid'> = {
  name: 'foreign-key-without-not-valid',
  family: 'locks',
  severity: 'warning',
  summary: 'FOREIGN KEY added to an existing table, without NOT VALID',
  why: 'ADD FOREIGN KEY reads both tables while it holds SHARE ROW EXCLUSIVE on both: every INSERT, UPDATE and DELETE of either waits until the file is committed. Readers do not. With NOT VALID no row is read. VALIDATE CONSTRAINT then reads them with SHARE UPDATE EXCLUSIVE on one table and ROW SHARE on the other, for which no writer waits.',
  instead: 'write NOT VALID, and VALIDATE CONSTRAINT in the next file',
  examples: {
    bad: [
      'ALTER TABLE orders ADD CONSTRAINT of_customer FOREIGN KEY (customer_id) REFERENCES customers (id);',
      {
        'public/001_tables.sql':
          'CREATE TABLE IF NOT EXISTS customers (id bigint PRIMARY KEY);\nCREATE TABLE IF NOT EXISTS orders (customer_id bigint);',
        'public/002_key.sql':
          'DO $$ BEGIN ALTER TABLE orders ADD CONSTRAINT of_customer FOREIGN KEY (customer_id) REFERENCES customers; EXCEPTION WHEN duplicate_object THEN NULL; END $$;',
      },
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS region int NOT NULL DEFAULT 1 REFERENCES regions;',
    ],
    good: [
      'CREATE TABLE IF NOT EXISTS orders (customer_id bigint REFERENCES customers);',
      'CREATE TABLE IF NOT EXISTS orders (customer_id bigint);\nALTER TABLE orders ADD CONSTRAINT of_customer FOREIGN KEY (customer_id) REFERENCES customers;',
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS region int REFERENCES regions;',
      'ALTER TABLE orders ADD CONSTRAINT of_customer FOREIGN KEY (customer_id) REFERENCES customers NOT ENFORCED;',
      'ALTER TABLE orders ADD CONSTRAINT of_customer FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known) => {
    const alter = alterOfOldTable(statement, known);
    if (alter === null) return [];
    // For a column that is null in every row nothing is looked up.
    const ofColumns = addedColumns(alter, known).flatMap(({ column }) =>
      column.default === null ? [] : column.constraints,
    );
    return [...addedConstraints(alter), ...ofColumns].filter(isRead).map(({ references, at }) => {
      const other = references === null ? 'the other table' : known.qualified(references);
      const message = `ADD FOREIGN KEY reads all of ${known.qualified(alter.table)} and ${other} while writers of both wait (SHARE ROW EXCLUSIVE)`;
      return { at, message };
    });
  },
};

function isRead({ type, notValid, isEnforced }: Constraint): boolean {
  return type === 'foreign key' && !notValid && isEnforced;
}
