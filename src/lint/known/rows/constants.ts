import type { Expr, Query } from '../../../core/grammar/expressions.js';
import type { Name, TypeName } from '../../../core/grammar/names.js';
import type { Statement, StatementOf } from '../../../core/grammar/statement.js';
import type { AlterAction, Column, Constraint } from '../../../core/grammar/tables.js';

/** A string constant that PostgreSQL reads when it runs or plans the statement. */
interface Constant {
  readonly value: string;
  /** The type it is cast to; null if it is not. */
  readonly type: TypeName | null;
  /** The column it is assigned to or compared with, as far as that is obvious. */
  readonly column: Target | null;
  readonly at: number;
}

interface Target {
  readonly table: Name;
  readonly name: string;
}

/** The string constants in a statement, except those in bodies of functions, which are not run yet. */
export function constantsOf(statement: Statement): readonly Constant[] {
  return Array.from(partsOf(statement)).flatMap(({ expr, table, column }) => {
    const target = table === null || column === null ? null : { table, name: column };
    return within(expr, { type: null, target, table });
  });
}

interface Part {
  readonly expr: Expr | null;
  readonly table: Name | null;
  readonly column: string | null;
}

function* partsOf(statement: Statement): Generator<Part> {
  switch (statement.kind) {
    case 'insert': {
      const { table, columns, query, assignments } = statement;
      const rows = query?.rows ?? [query?.targets ?? []];
      for (const row of rows)
        for (const [at, expr] of row.entries()) yield { expr, table, column: columns[at] ?? null };
      yield { expr: query?.where ?? null, table: null, column: null };
      for (const { column, value } of assignments) yield { expr: value, table, column };
      return;
    }
    case 'update':
    case 'delete':
    case 'merge':
      yield* ofWrite(statement);
      return;
    case 'create-table':
      for (const each of statement.columns) yield* ofColumn(each, statement.table);
      yield* ofConstraints(statement.constraints, statement.table);
      return;
    case 'alter-table':
      for (const action of statement.actions) yield* ofAction(action, statement.table);
      return;
    case 'create-index':
      yield { expr: statement.where, table: statement.table, column: null };
      return;
    case 'create-policy':
    case 'alter-policy':
      yield { expr: statement.using, table: statement.table, column: null };
      yield { expr: statement.check, table: statement.table, column: null };
      return;
    case 'select':
    case 'create-view':
    case 'create-table-as':
      yield* ofQuery(statement.query);
      return;
    default:
  }
}

function* ofWrite(statement: StatementOf<'update' | 'delete' | 'merge'>): Generator<Part> {
  const { table } = statement;
  if (statement.kind !== 'delete')
    for (const { column, value } of statement.assignments) yield { expr: value, table, column };
  const conditions = statement.kind === 'merge' ? statement.conditions : [statement.where];
  for (const expr of conditions) yield { expr, table, column: null };
}

function* ofQuery({ targets, where, rows, reads }: Query): Generator<Part> {
  const table = readBy({ reads });
  for (const expr of [...targets, ...(rows ?? []).flat(), where])
    yield { expr, table, column: null };
}

/** The only table it reads; null if there are several. */
function readBy({ reads }: Pick<Query, 'reads'>): Name | null {
  return reads.length === 1 ? (reads[0] ?? null) : null;
}

function* ofColumn(column: Column, table: Name): Generator<Part> {
  yield { expr: typed(column.default, column.type), table, column: column.name };
  yield* ofConstraints(column.constraints, table);
}

/** The default of a new column has that column's type, although the column is not known yet. */
function typed(expr: Expr | null, type: TypeName | null): Expr | null {
  return expr === null || type === null ? expr : { kind: 'cast', operand: expr, type, at: expr.at };
}

function* ofConstraints(constraints: readonly Constraint[], table: Name): Generator<Part> {
  for (const { expression } of constraints) yield { expr: expression, table, column: null };
}

function* ofAction(action: AlterAction, table: Name): Generator<Part> {
  if (action.kind === 'add-column') yield* ofColumn(action.column, table);
  if (action.kind === 'add-constraint') yield* ofConstraints([action.constraint], table);
  if (action.kind === 'alter-type') yield { expr: action.using, table, column: null };
  if (action.kind === 'set-default') yield { expr: action.default, table, column: action.column };
}

interface Around {
  readonly type: TypeName | null;
  readonly target: Target | null;
  readonly table: Name | null;
}

function within(expr: Expr | null, around: Around): readonly Constant[] {
  if (expr === null) return [];
  switch (expr.kind) {
    case 'constant': {
      const { value, type, at } = expr;
      const isText = type === 'string' && value !== null;
      return isText ? [{ value, type: around.type, column: around.target, at }] : [];
    }
    case 'column':
      return [];
    case 'cast':
      return within(expr.operand, { ...around, type: expr.type });
    case 'operator':
      return ofOperator(expr.operands, around);
    case 'call':
      return expr.args.flatMap((arg) => within(arg, around));
    case 'query':
      return within(expr.query.where, { type: null, target: null, table: readBy(expr.query) });
    case 'other':
      return expr.parts.flatMap((part) => within(part, around));
  }
}

/** Constants that are compared with a column have its type. */
function ofOperator(operands: readonly Expr[], around: Around): readonly Constant[] {
  const column = operands.find((operand) => operand.kind === 'column');
  const name = column?.path.at(-1);
  const { table } = around;
  const target = table === null || name === undefined ? around.target : { table, name };
  return operands.flatMap((operand) => within(operand, { ...around, target }));
}
