import { everyExpr, type Expr } from '../../../core/grammar/expressions.js';
import type { Name } from '../../../core/grammar/names.js';
import type { Assignment } from '../../../core/grammar/rows.js';
import type { Statement, StatementOf } from '../../../core/grammar/statement.js';
import { expectsIt, isTemporary } from '../guards.js';
import type { Known } from '../known.js';
import type { Context } from '../rule.js';
import { WholeFile } from '../whole-file.js';

/** UPDATE, ON CONFLICT DO UPDATE or MERGE: anything that changes values in rows of a table. */
interface Updating {
  readonly table: Name;
  readonly assignments: readonly Assignment[];
  /** The conditions on the rows. */
  readonly conditions: readonly (Expr | null)[];
  readonly reads: readonly Name[];
  /** Whether this path is a column of the table itself. */
  readonly isOwn: (path: readonly string[]) => boolean;
}

export function updatingOf(statement: Statement): Updating | null {
  switch (statement.kind) {
    case 'update': {
      const { table, alias, assignments, where, reads } = statement;
      return { table, assignments, conditions: [where], reads, isOwn: isOf([alias]) };
    }
    case 'insert': {
      const { table, assignments, updateWhere, query } = statement;
      const isOwn = (path: readonly string[]): boolean => path.at(-2) !== 'excluded';
      const reads = query?.reads ?? [];
      return { table, assignments, conditions: [updateWhere], reads, isOwn };
    }
    case 'merge': {
      const { table, alias, assignments, conditions, reads } = statement;
      return { table, assignments, conditions, reads, isOwn: isOf([alias]) };
    }
    default:
      return null;
  }
}

function isOf(names: readonly string[]): Updating['isOwn'] {
  return (path) => {
    const qualifier = path.at(-2);
    return qualifier === undefined || names.includes(qualifier);
  };
}

/** UPDATE of a schema version that a program stores, which is a single row. */
export function isVersionMark({ table, assignments }: StatementOf<'update'>): boolean {
  const isOfVersions = /(?:^|_)(?:version|schema_info)$/.test(table.name);
  return assignments.every(
    ({ column, value }) =>
      value?.kind === 'constant' &&
      (isOfVersions || /^(?:schema|db|database)_?version$/.test(column)),
  );
}

/** Whether the second run skips the rows that the first one changed, as far as can be seen. */
export function isKept(updating: Updating, known: Known, context: Context): boolean {
  const { table, assignments, conditions, reads } = updating;
  if (expectsIt(context) || isTemporary(known, table)) return true;
  const file = WholeFile.of(context.file);
  if (file.empties(table)) return true;
  if (reads.some((source) => source.name !== table.name && file.deletesFrom(source))) return true;
  const columns = new Set(assignments.map(({ column }) => column));
  return conditions.some((condition) =>
    Array.from(everyExpr(condition)).some(
      (expr) =>
        (expr.kind === 'column' && columns.has(expr.path.at(-1) ?? '')) ||
        (expr.kind === 'query' && expr.query.reads.some((source) => file.insertsInto(source))),
    ),
  );
}
