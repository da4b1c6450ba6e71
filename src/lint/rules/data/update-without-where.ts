import type { Assignment } from '../../../core/grammar/rows.js';
import { isAdded, isTrue } from '../../known/guards.js';
import type { StatementRule } from '../../known/rule.js';
import { isVersionMark } from '../../known/rows/updating.js';

export const updateWithoutWhere: StatementRule<'update-without-where'> = {
  name: 'update-without-where',
  family: 'data',
  severity: 'warning',
  summary: 'UPDATE without WHERE of an existing column',
  why: 'Every row loses its value of the column once the file is committed, including values that programs wrote since, and loses it again whenever the file runs again. Every row stays locked until the commit, and the table grows by as many dead rows.',
  instead:
    'name the rows in a WHERE, such as those where the column is null, or say that all are meant: -- pgm:ignore update-without-where because …',
  examples: {
    bad: [
      "UPDATE orders SET state = 'open';",
      "UPDATE orders SET state = 'open' WHERE true;",
      "DO $$ BEGIN UPDATE orders SET state = 'open'; END $$;",
    ],
    good: [
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS amount numeric;\nUPDATE orders SET amount = total;',
      "CREATE TABLE IF NOT EXISTS rates (id bigint, name text);\nUPDATE rates SET name = 'none';",
      "CREATE OR REPLACE FUNCTION open_all() RETURNS void LANGUAGE sql AS $$ UPDATE orders SET state = 'open' $$;",
      'UPDATE orders SET amount = c.amount FROM costs AS c WHERE c.id = orders.id;',
      'UPDATE shop_version SET number = 5;\nUPDATE settings SET schema_version = 5;',
      "UPDATE orders SET state = coalesce(state, 'open');",
      "UPDATE orders SET state = 'open' WHERE state IS NULL;",
    ],
  },
  looksAt: 'statement',
  check: (statement, known, context) => {
    if (statement.kind !== 'update' || !isTrue(statement.where)) return [];
    if (isVersionMark(statement)) return [];
    const { table, assignments, at } = statement;
    if (known.isNew(table)) return [];
    const lost = assignments.filter(
      (each) =>
        !keepsOld(each) && !isAdded({ table, column: each.column, before: at }, known, context),
    );
    if (lost.length === 0) return [];
    const columns = lost.map(({ column }) => column).join(', ');
    const message = `UPDATE without WHERE loses what every row of ${known.qualified(table)} has in ${columns}`;
    return [{ at, message }];
  },
};

/** `coalesce(state, …)` keeps existing values. */
function keepsOld({ column, value }: Assignment): boolean {
  const first = value?.kind === 'call' && value.name === 'coalesce' ? value.args[0] : value;
  return first?.kind === 'column' && first.path.at(-1) === column;
}
