import type { StatementRule } from '../../known/rule.js';

export const truncateTable: StatementRule<'truncate-table'> = {
  name: 'truncate-table',
  family: 'data',
  severity: 'warning',
  summary: 'TRUNCATE of an existing table',
  why: 'Every row is gone once the file is committed, including those that programs wrote since, and with CASCADE those of each table that refers to it. TRUNCATE takes ACCESS EXCLUSIVE, fires no DELETE trigger, and happens again whenever the file runs again.',
  instead:
    'delete the intended rows with a WHERE, or say that all are meant: -- pgm:ignore truncate-table because …',
  examples: {
    bad: [
      'TRUNCATE orders;',
      'TRUNCATE TABLE orders, customers RESTART IDENTITY CASCADE;',
      'DO $$ BEGIN TRUNCATE orders; END $$;',
    ],
    good: [
      'CREATE TEMPORARY TABLE fresh (id bigint);\nTRUNCATE fresh;',
      'CREATE TABLE IF NOT EXISTS rates (id bigint);\nTRUNCATE rates;',
      'CREATE OR REPLACE FUNCTION clear() RETURNS void LANGUAGE sql AS $$ TRUNCATE orders $$;',
      '-- pgm:ignore truncate-table because the next statement fills it from the same list\nTRUNCATE rates;',
      "DELETE FROM orders WHERE state = 'draft';",
    ],
  },
  looksAt: 'statement',
  check: (statement, known) => {
    if (statement.kind !== 'truncate') return [];
    const more = statement.cascade ? ', and of every table that refers to it' : '';
    return statement.tables
      .filter((table) => !known.isNew(table))
      .map((table) => ({
        at: statement.at,
        message: `TRUNCATE loses every row of ${known.qualified(table)}${more}`,
      }));
  },
};
