import type { StatementRule } from '../../known/rule.js';

export const dropTable: StatementRule<'drop-table'> = {
  name: 'drop-table',
  family: 'data',
  severity: 'warning',
  summary: 'DROP TABLE of an existing table',
  why: 'The rows are gone once the file is committed, and with CASCADE also foreign keys and views that refer to the table. Programs of the previous release still read it while the new ones start. DROP TABLE takes ACCESS EXCLUSIVE on the table and on those that its foreign keys reference. If the file creates the table again, each further run drops the rows that were written in between.',
  instead:
    'drop it in a release after the one that stopped using it, and say so: -- pgm:ignore drop-table because …',
  examples: {
    bad: [
      'DROP TABLE IF EXISTS orders;',
      'DROP TABLE IF EXISTS orders;\nCREATE TABLE IF NOT EXISTS orders (id bigint);',
      {
        'public/001_orders.sql': 'CREATE TABLE IF NOT EXISTS orders (id bigint);',
        'public/002_drop.sql': 'DROP TABLE IF EXISTS orders CASCADE;',
      },
    ],
    good: [
      'CREATE TABLE IF NOT EXISTS scratch (id bigint);\nDROP TABLE IF EXISTS scratch;',
      'CREATE TEMPORARY TABLE scratch (id bigint);\nDROP TABLE scratch;',
      '-- pgm:ignore drop-table because nothing reads it since release 4\nDROP TABLE IF EXISTS orders;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known) => {
    if (statement.kind !== 'drop' || statement.object !== 'table') return [];
    return statement.names
      .filter((name) => !known.isNew(name))
      .map((name) => {
        const more = statement.cascade ? ', and what depends on it' : '';
        return {
          at: statement.at,
          message: `DROP TABLE loses every row of ${known.qualified(name)}${more}`,
        };
      });
  },
};
