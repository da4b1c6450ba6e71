import type { Contents } from '../database/proof-database.js';

/** How the rows of one table differ; without values, which may be secret. */
export interface RowsChange {
  readonly table: string;
  readonly added: number;
  readonly removed: number;
  /** Rows with the same key and different values: how many, by column. */
  readonly changed: Readonly<Record<string, number>>;
}

/** How the rows of tables that exist on both sides differ; a table on only one side is a difference of the catalog. */
export function compareContents(
  before: ReadonlyMap<string, Contents>,
  after: ReadonlyMap<string, Contents>,
): readonly RowsChange[] {
  return [...after].flatMap(([table, now]) => {
    const was = before.get(table);
    return was === undefined || was.digest === now.digest ? [] : [changeOf(table, was, now)];
  });
}

function changeOf(table: string, before: Contents, after: Contents): RowsChange {
  const difference = after.count - before.count;
  if (before.rows === null || after.rows === null) {
    return {
      table,
      added: Math.max(0, difference),
      removed: Math.max(0, -difference),
      changed: difference === 0 ? { 'some column': after.count } : {},
    };
  }
  const gone = without(before.rows, after.rows).map(parse);
  const come = without(after.rows, before.rows).map(parse);
  const pairs = pair(gone, come, after.key);
  return {
    table,
    added: come.length - pairs.length,
    removed: gone.length - pairs.length,
    changed: countColumns(pairs),
  };
}

type Row = Readonly<Record<string, unknown>>;

function parse(row: string): Row {
  return JSON.parse(row) as Row;
}

/** The rows that the others lack; duplicates count. */
function without(rows: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const row of others) left.set(row, (left.get(row) ?? 0) + 1);
  return rows.filter((row) => {
    const count = left.get(row) ?? 0;
    left.set(row, count - 1);
    return count <= 0;
  });
}

/** Pairs of rows with the same key; without a key, in their order, if there are as many. */
function pair(
  gone: readonly Row[],
  come: readonly Row[],
  key: readonly string[],
): readonly (readonly [Row, Row])[] {
  if (key.length === 0) {
    return gone.length === come.length ? gone.map((row, at) => [row, come[at] ?? row]) : [];
  }
  const keyOf = (row: Row): string => JSON.stringify(key.map((column) => row[column]));
  const now = new Map(come.map((row) => [keyOf(row), row]));
  return gone.flatMap((row) => {
    const after = now.get(keyOf(row));
    return after === undefined ? [] : [[row, after] as const];
  });
}

function countColumns(pairs: readonly (readonly [Row, Row])[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [before, after] of pairs) {
    for (const column of Object.keys(after)) {
      if (JSON.stringify(before[column]) === JSON.stringify(after[column])) continue;
      counts[column] = (counts[column] ?? 0) + 1;
    }
  }
  return counts;
}
