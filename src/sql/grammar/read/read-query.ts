import type { Node, SelectStmt } from 'libpg-query';
import type { Query } from '../../../core/grammar/expressions.js';
import type { Name } from '../../../core/grammar/names.js';
import { exprsOf, readExpr } from './read-expr.js';
import { walk } from '../tree/nodes.js';
import { type Around, nameOf, relationName, strings } from '../tree/raw.js';

const noQuery: Query = {
  reads: [],
  readsWith: false,
  calls: [],
  targets: [],
  where: null,
  isLimited: false,
  rows: null,
};

export function readQuery(node: Node | undefined, around: Around): Query {
  if (node === undefined) return noQuery;
  const select = 'SelectStmt' in node ? node.SelectStmt : null;
  const { reads, readsWith, calls } = mentioned(node, around);
  return {
    reads,
    readsWith,
    calls,
    targets: (select?.targetList ?? []).flatMap((target) =>
      'ResTarget' in target ? (readExpr(target.ResTarget.val, around) ?? []) : [],
    ),
    where: readExpr(select?.whereClause, around),
    isLimited: select?.limitCount !== undefined,
    rows: rowsOf(select, around),
  };
}

/** Further rows of VALUES are assumed to be like these. */
const rowsToRead = 100;

function rowsOf(select: SelectStmt | null, around: Around): Query['rows'] {
  const lists = select?.valuesLists ?? [];
  if (lists.length === 0) return null;
  return lists
    .slice(0, rowsToRead)
    .map((list) => ('List' in list ? exprsOf(list.List.items, around) : []));
}

interface Mentioned {
  readonly reads: readonly Name[];
  readonly readsWith: boolean;
  readonly calls: readonly Name[];
}

/** The tables and functions that some nodes name, at any depth. */
export function mentioned(value: unknown, around: Around): Mentioned {
  const reads: Name[] = [];
  const calls: Name[] = [];
  const own = new Set(around.ctes);
  walk(value, (node) => {
    if ('RangeVar' in node) reads.push(relationName(node.RangeVar, around));
    if ('FuncCall' in node) {
      const { funcname, location } = node.FuncCall;
      calls.push(nameOf(strings(funcname), around.indexOf(location)));
    }
    if ('CommonTableExpr' in node) own.add(node.CommonTableExpr.ctename ?? '');
  });
  const isTable = ({ schema, name }: Name): boolean => schema !== null || !own.has(name);
  const readsWith = reads.some((name) => around.ctes.has(name.name) && !isTable(name));
  return { reads: reads.filter(isTable), readsWith, calls };
}
