import { everyExpr, type Expr, type Query } from '../../../core/grammar/expressions.js';
import { expectsNothing, isTemporary } from '../../known/guards.js';
import type { StatementRule } from '../../known/rule.js';
import { volatileIn } from '../../known/rows/adds-up.js';
import { WholeFile } from '../../known/whole-file.js';

export const deleteHitsOtherRows: StatementRule<'delete-hits-other-rows'> = {
  name: 'delete-hits-other-rows',
  family: 'second-run',
  severity: 'warning',
  summary: 'DELETE of the greatest, the least, the first or random rows, which differ in each run',
  why: 'The second run finds the next row instead of the one that the first run deleted, and deletes that one: another row is lost whenever the file runs again.',
  instead: 'name the rows to delete by values that other rows never have',
  examples: {
    bad: [
      'DELETE FROM orders WHERE id = (SELECT max(id) FROM orders);',
      'DELETE FROM orders WHERE random() < 0.5;',
      'DELETE FROM orders WHERE id IN (SELECT id FROM orders ORDER BY made_at LIMIT 3);',
    ],
    good: [
      'DELETE FROM orders WHERE id NOT IN (SELECT min(id) FROM orders GROUP BY number);',
      'DELETE FROM orders AS o WHERE EXISTS (SELECT FROM orders AS p WHERE p.number = o.number AND p.id < o.id);',
      "DELETE FROM orders WHERE made_at < now() - interval '1 year';",
      'DELETE FROM orders WHERE id = (SELECT max(order_id) FROM mistakes);',
      'DELETE FROM orders WHERE id NOT IN (SELECT id FROM orders ORDER BY made_at DESC LIMIT 100);',
      'DELETE FROM orders WHERE id IN (SELECT id FROM orders WHERE amount = 0 LIMIT 100);',
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
    const isMoving = positive(where).some((expr) => isNextOne(expr, table.name));
    if (!isMoving && (volatile === null || volatile.isTime)) return [];
    return [{ at, message: 'run a second time, it deletes other rows' }];
  },
};

/** The expression and its parts, except what NOT turns round. */
function positive(where: Expr): readonly Expr[] {
  const all = Array.from(everyExpr(where));
  const turned = all.filter((expr) => expr.kind === 'operator' && expr.name === 'not');
  const without = new Set(turned.flatMap((expr) => Array.from(everyExpr(expr))));
  return all.filter((expr) => !without.has(expr));
}

/** `= (SELECT max(id) FROM the table itself)`, `IN (SELECT id FROM the table itself LIMIT 9)` */
function isNextOne(expr: Expr, table: string): boolean {
  if (expr.kind !== 'operator' || (expr.name !== '=' && expr.name !== 'in')) return false;
  return expr.operands.some(
    (operand) =>
      operand.kind === 'query' &&
      operand.query.reads.some(({ name }) => name === table) &&
      isFirstOnes(operand.query, expr.name),
  );
}

function isFirstOnes({ targets, where, isLimited }: Query, operator: string): boolean {
  if (isLimited && where === null) return true;
  const isEdge = (target: Expr): boolean =>
    target.kind === 'call' && /^(?:max|min)$/.test(target.name);
  return operator === '=' && targets.some(isEdge);
}
