import type {
  DeleteStmt,
  InsertStmt,
  MergeStmt,
  Node,
  RangeVar,
  SelectStmt,
  UpdateStmt,
} from 'libpg-query';
import type {
  Assignment,
  Delete,
  Insert,
  Merge,
  RowStatement,
  Update,
} from '../../../core/grammar/rows.js';
import { type Around, nowhere, relationName } from '../tree/raw.js';
import { readExpr } from './read-expr.js';
import { mentioned } from './read-query.js';

export function readInsert(raw: InsertStmt, around: Around): Insert {
  const { relation = nowhere, cols = [], onConflictClause } = raw;
  const action = onConflictClause?.action;
  return {
    kind: 'insert',
    table: relationName(relation, around),
    columns: cols.flatMap((node) => ('ResTarget' in node ? [node.ResTarget.name ?? ''] : [])),
    query: queryOf(raw, around),
    onConflict:
      action === 'ONCONFLICT_NOTHING'
        ? 'nothing'
        : action === 'ONCONFLICT_UPDATE'
          ? 'update'
          : null,
    assignments: assignments(onConflictClause?.targetList, around),
    updateWhere: readExpr(onConflictClause?.whereClause, around),
  };
}

/** What its SELECT reads by way of a query in its WITH, it reads too. */
function queryOf({ selectStmt, withClause }: InsertStmt, around: Around): Insert['query'] {
  if (selectStmt === undefined) return null;
  const query = around.query(selectStmt);
  const before = (withClause?.ctes ?? []).filter(
    (node) =>
      'CommonTableExpr' in node &&
      node.CommonTableExpr.ctequery !== undefined &&
      'SelectStmt' in node.CommonTableExpr.ctequery,
  );
  if (before.length === 0) return query;
  return { ...query, reads: [...query.reads, ...mentioned(before, around).reads] };
}

export function readUpdate(raw: UpdateStmt, around: Around): Update {
  const { relation = nowhere, targetList, whereClause, fromClause, withClause } = raw;
  return {
    kind: 'update',
    table: relationName(relation, around),
    alias: aliasOf(relation),
    assignments: assignments(targetList, around),
    where: readExpr(whereClause, around),
    reads: mentioned([fromClause, whereClause, targetList, withClause], around).reads,
  };
}

export function readDelete(raw: DeleteStmt, around: Around): Delete {
  const { relation = nowhere, whereClause } = raw;
  const where = readExpr(whereClause, around);
  return { kind: 'delete', table: relationName(relation, around), where };
}

export function readMerge(raw: MergeStmt, around: Around): Merge {
  const { relation = nowhere, sourceRelation, joinCondition, mergeWhenClauses } = raw;
  const clauses = (mergeWhenClauses ?? []).flatMap((node) =>
    'MergeWhenClause' in node ? [node.MergeWhenClause] : [],
  );
  const updates = clauses.filter(({ commandType }) => commandType === 'CMD_UPDATE');
  return {
    kind: 'merge',
    table: relationName(relation, around),
    alias: aliasOf(relation),
    assignments: updates.flatMap(({ targetList }) => assignments(targetList, around)),
    conditions: [joinCondition, ...updates.map(({ condition }) => condition)].flatMap(
      (node) => readExpr(node, around) ?? [],
    ),
    reads: mentioned([sourceRelation, clauses], around).reads,
  };
}

function aliasOf({ alias, relname }: RangeVar): string {
  return alias?.aliasname ?? relname ?? '';
}

function assignments(nodes: readonly Node[] | undefined, around: Around): readonly Assignment[] {
  return (nodes ?? []).flatMap((node) => {
    if (!('ResTarget' in node)) return [];
    const { name = '', val, location } = node.ResTarget;
    return [{ column: name, value: readExpr(val, around), at: around.indexOf(location) }];
  });
}

export function readSelect(raw: SelectStmt, around: Around): RowStatement {
  const query = around.query({ SelectStmt: raw });
  return { kind: 'select', query, locksRows: (raw.lockingClause ?? []).length > 0 };
}
