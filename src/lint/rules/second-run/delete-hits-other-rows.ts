import { everyExpr, type Expr } from '../../../core/grammar/expressions.js';
import { expectsNothing, isTemporary } from '../../known/guards.js';
import type { StatementRule } from '../../known/rule.js';
import { volatileIn } from '../../known/rows/adds-up.js';
import { WholeFile } from '../../known/whole-file.js';

export const deleteHitsOtherRows: StatementRule<'delete-hits-other-rows'> = {
  name: 'delete-hits-other-rows',
  family: 'second-run',
  severity: 'warning',
  summary: 'DELETE of the greatest, the least or random rows, which differ in each run',
  why: 'The second run finds the next row instead of the one that the first run deleted, and deletes that one: another row is lost whenever the file runs again.',
  instead: 'name the rows to delete by values that other rows never have',
  examples: {
    bad: [
      'DELETE FROM orders WHERE id = (SELECT max(id) FROM orders);',
      'DELETE FROM orders WHERE random() < 0.5;',
    ],
    good: [
      'DELETE FROM orders WHERE id NOT IN (SELECT min(id) FROM orders GROUP BY number);',
      'DELETE FROM orders AS o WHERE EXISTS (SELECT FROM orders AS p WHERE p.number = o.number AND p.id < o.id);',
      "DELETE FROM orders WHERE made_at < now() - interval '1 year';",
      'DELETE FROM orders WHERE id = (SELECT max(order_id) FROM mistakes);',
      'DELETE FROM orders WHERE id = 17;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known, context) => {
    if (statement.kind !== 'delete' || statement.where === null || expectsNothing(context))
      return [];
    const { table, where, at } = statement;
    if (isTemporary(known, table) || WholeFile.of(context.file).drops('table', table)) return [];
    const volatile = volatileIn(where);
    const isMoving = Array.from(everyExpr(where)).some((expr) => isNextOne(expr, table.name));
    if (!isMoving && (volatile === null || volatile.isTime)) return [];
    return [{ at, message: 'run a second time, it deletes other rows' }];
  },
};

/** `= (SELECT max(id) FROM the table itself)` */
function isNextOne(expr: Expr, table: string): boolean {
  if (expr.kind !== 'operator' || expr.name !== '=') return false;
  return expr.operands.some(
    (operand) =>
      operand.kind === 'query' &&
      operand.query.reads.some(({ name }) => name === table) &&
      operand.query.targets.some(
        (target) => target.kind === 'call' && /^(?:max|min)$/.test(target.name),
      ),
  );
}
