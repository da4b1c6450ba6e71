import type { Statement } from '../../core/grammar/statement.js';
import type { AlterAction, AlterTable, Constraint } from '../../core/grammar/tables.js';
import type { Expr } from '../../core/grammar/expressions.js';
import type { Known, KnownConstraint } from './known.js';

/** ALTER TABLE of an existing table that may have rows; null for anything else. */
export function alterOfOldTable(statement: Statement, known: Known): AlterTable | null {
  if (statement.kind !== 'alter-table' || statement.what !== 'table') return null;
  const { table, withChildren } = statement;
  if (known.isNew(table)) return null;
  const relation = known.relation(table);
  if (relation !== null && relation.kind !== 'table') return null;
  // ONLY the parent: it has no rows of its own.
  return relation?.isPartitioned === true && !withChildren ? null : statement;
}

/** The columns it adds, except those that IF NOT EXISTS finds already there. */
export function addedColumns(
  { table, actions }: AlterTable,
  known: Known,
): readonly Extract<AlterAction, { readonly kind: 'add-column' }>[] {
  const columns = known.shapeOf(table)?.columns;
  return actions.flatMap((action) =>
    action.kind === 'add-column' && !(action.ifNotExists && columns?.has(action.column.name))
      ? [action]
      : [],
  );
}

/** The constraints that ADD CONSTRAINT adds, without those of new columns. */
export function addedConstraints({ actions }: Pick<AlterTable, 'actions'>): readonly Constraint[] {
  return actions.flatMap((action) => (action.kind === 'add-constraint' ? [action.constraint] : []));
}

/** Whether a constraint proves that the column has no null: CHECK (c IS NOT NULL AND …), or NOT NULL itself. */
export function provesNotNull(constraint: KnownConstraint, column: string): boolean {
  const { type, notValid, isEnforced, columns, expression } = constraint;
  if (notValid || !isEnforced) return false;
  if (type === 'not null' || type === 'primary key') return columns.includes(column);
  return type === 'check' && expression !== null && isNotNull(expression, column);
}

function isNotNull(expr: Expr, column: string): boolean {
  if (expr.kind !== 'operator') return false;
  if (expr.name === 'and') return expr.operands.some((each) => isNotNull(each, column));
  const [operand] = expr.operands;
  return (
    expr.name === 'is not null' && operand?.kind === 'column' && operand.path.at(-1) === column
  );
}

/** Actions that validate a constraint which the same file has added to an older table. */
export function validatesOwn(
  { table, actions }: AlterTable,
  known: Known,
  file: string,
): readonly Extract<AlterAction, { readonly kind: 'validate-constraint' }>[] {
  if (known.isNew(table)) return [];
  const added = [
    ...addedConstraints({ actions }),
    ...(known.shapeOf(table)?.constraints ?? []).filter((each) => each.file === file),
  ];
  return actions.flatMap((action) => {
    if (action.kind !== 'validate-constraint') return [];
    const own = added.find(({ name }) => name === action.constraint);
    return own?.notValid === true ? [action] : [];
  });
}
