import type { FoundTable, ToolHistory } from './tool-history.js';

/** The names that a tool's table has by default, or that its users give it. */
export function namesOf({ table, otherNames = [] }: ToolHistory): readonly string[] {
  return [table, ...otherNames];
}

/** Whether a table has one of these names and the columns of the tool's table. */
export function hasFormOf(
  history: ToolHistory,
  found: FoundTable,
  names: readonly string[],
): boolean {
  const { columns, exact, notIn } = history;
  if (!names.includes(found.name) || found.schema === notIn) return false;
  if (exact === true && found.columns.length > columns.length) return false;
  return columns.every((column) => found.columns.includes(column));
}
