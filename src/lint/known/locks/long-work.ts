import type { Expr } from '../../../core/grammar/expressions.js';
import type { Name } from '../../../core/grammar/names.js';
import type { Statement, StatementOf } from '../../../core/grammar/statement.js';
import type { Known } from '../known.js';
import { isVersionMark } from '../rows/updating.js';

/** What a statement does to many rows, as far as its words say. */
interface LongWork {
  /** `UPDATE of public.orders` */
  readonly what: string;
}

/** Null if it is quick: a definition, a few rows, a new table. */
export function longWork(statement: Statement, known: Known): LongWork | null {
  switch (statement.kind) {
    case 'update':
    case 'delete': {
      if (statement.kind === 'update' && isVersionMark(statement)) return null;
      const { kind, table } = statement;
      return isOfOneRow(statement, known) ? null : work(kind.toUpperCase(), table, known);
    }
    case 'merge':
      return work('MERGE', statement.table, known);
    case 'insert': {
      const { query, table } = statement;
      if (query === null || query.rows !== null) return null;
      return query.reads.some((read) => isOld(read, known))
        ? filling('INSERT', table, known)
        : null;
    }
    case 'copy':
      return statement.table !== null && statement.direction === 'from'
        ? filling('COPY', statement.table, known)
        : null;
    case 'create-table-as':
      return statement.withData && statement.query.reads.some((read) => isOld(read, known))
        ? filling('the query', statement.table, known)
        : null;
    case 'create-index':
      return statement.withPartitions && !statement.concurrently
        ? work('CREATE INDEX', statement.table, known)
        : null;
    case 'alter-table':
      return statement.actions.some(({ kind }) => kind === 'validate-constraint')
        ? work('VALIDATE CONSTRAINT', statement.table, known)
        : null;
    default:
      return null;
  }
}

function work(what: string, table: Name, known: Known): LongWork | null {
  return isOld(table, known) ? filling(what, table, known) : null;
}

function filling(what: string, table: Name, known: Known): LongWork {
  return { what: `${what} of ${known.qualified(table)}` };
}

/** It may have many rows: not a catalog, and not created by the file. */
function isOld(table: Name, known: Known): boolean {
  if (table.schema === 'pg_catalog' || table.schema === 'information_schema') return false;
  if (table.schema === null && table.name.startsWith('pg_')) return false;
  return !known.isNew(table);
}

/** WHERE selects a row by its key: `id = 7`, `key = 'x' AND …`. */
function isOfOneRow({ where, table }: StatementOf<'update' | 'delete'>, known: Known): boolean {
  const keys = keysOf(table, known);
  return where !== null && conjunctsOf(where).some((each) => isKeyEqual(each, keys));
}

function conjunctsOf(expr: Expr): readonly Expr[] {
  return expr.kind === 'operator' && expr.name === 'and'
    ? expr.operands.flatMap(conjunctsOf)
    : [expr];
}

function isKeyEqual(expr: Expr, keys: ReadonlySet<string>): boolean {
  if (expr.kind !== 'operator' || (expr.name !== '=' && expr.name !== 'in')) return false;
  const [column, ...values] = expr.operands;
  if (column?.kind !== 'column' || !keys.has(column.path.at(-1) ?? '')) return false;
  return values.every(isConstant);
}

function isConstant(expr: Expr): boolean {
  if (expr.kind === 'cast') return isConstant(expr.operand);
  return expr.kind === 'constant' || (expr.kind === 'other' && expr.parts.every(isConstant));
}

/** Columns that are unique by themselves; `id` if nothing is known about the table. */
function keysOf(table: Name, known: Known): ReadonlySet<string> {
  const shape = known.relation(table);
  if (shape === null) return new Set(['id']);
  const keys = [
    ...shape.constraints.filter(({ type }) => type === 'primary key' || type === 'unique'),
    ...known.indexesOf(table).filter(({ unique, where }) => unique && where === null),
  ];
  return new Set(keys.flatMap(({ columns }) => (columns.length === 1 ? [columns[0] ?? ''] : [])));
}
