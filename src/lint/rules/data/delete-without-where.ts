import { isTrue } from '../../known/guards.js';
import type { StatementRule } from '../../known/rule.js';

export const deleteWithoutWhere: StatementRule<'delete-without-where'> = {
  name: 'delete-without-where',
  family: 'data',
  severity: 'warning',
  summary: 'DELETE without WHERE from an existing table',
  why: 'Every row is gone once the file is committed, including those that programs wrote since, and so are rows of other tables that refer to them ON DELETE CASCADE. It happens again whenever the file runs again. Every row stays locked until the commit.',
  instead:
    'name the rows in a WHERE, or say that all are meant: -- pgm:ignore delete-without-where because …',
  examples: {
    bad: [
      'DELETE FROM orders;',
      'DELETE FROM orders WHERE true;',
      'WITH gone AS (DELETE FROM orders RETURNING id) SELECT count(*) FROM gone;',
      'DO $$ BEGIN DELETE FROM orders; END $$;',
    ],
    good: [
      'CREATE TEMPORARY TABLE fresh (id bigint);\nDELETE FROM fresh;',
      'CREATE TABLE IF NOT EXISTS rates (id bigint);\nDELETE FROM rates;',
      'DELETE FROM orders USING customers AS c WHERE c.id = customer_id AND c.gone;',
      'CREATE OR REPLACE FUNCTION clear() RETURNS void LANGUAGE sql AS $$ DELETE FROM orders $$;',
      "DELETE FROM orders WHERE state = 'draft';",
    ],
  },
  looksAt: 'statement',
  check: (statement, known) => {
    if (statement.kind !== 'delete' || !isTrue(statement.where)) return [];
    const { table, at } = statement;
    if (known.isNew(table)) return [];
    return [{ at, message: `DELETE without WHERE loses every row of ${known.qualified(table)}` }];
  },
};
