import { hasFormOf, namesOf } from '../foreign/table-of.js';
import type { FoundTable, ToolHistory } from '../foreign/tool-history.js';
import { type ImportedTool, importedTools } from './recognise/candidate.js';

/** What was asked for: the word for a tool, and a table that was given another name; null: to be found out. */
export interface Wanted {
  readonly tool: string | null;
  readonly table: { readonly schema: string | null; readonly name: string } | null;
}

export interface ToolTable {
  readonly tool: ImportedTool;
  readonly table: FoundTable;
}

export type TableFound =
  | ({ readonly kind: 'found' } & ToolTable)
  /** `looked`: the names of tables that were looked for. */
  | { readonly kind: 'none'; readonly looked: readonly string[] }
  | { readonly kind: 'several'; readonly candidates: readonly ToolTable[] };

/** The names of all tables that could be meant. */
export function namesToLookFor(wanted: Wanted): readonly string[] {
  const histories = asked(wanted).map(({ folder }) => folder.history);
  const own = wanted.table === null ? histories.flatMap(namesOf) : [wanted.table.name];
  const beside = histories.flatMap((history) => history.beside?.table ?? []);
  return [...new Set([...own, ...beside])];
}

/** The one table that is meant. */
export function findTable(tables: readonly FoundTable[], wanted: Wanted): TableFound {
  const candidates = asked(wanted).flatMap((tool) =>
    tables
      .filter((table) => isOf(tool.folder.history, table, { tables, wanted }))
      .map((table) => {
        return { tool, table };
      }),
  );
  const [first, ...others] = candidates;
  if (first === undefined) return { kind: 'none', looked: lookedFor(wanted) };
  if (others.length > 0) return { kind: 'several', candidates };
  return { kind: 'found', tool: first.tool, table: first.table };
}

/** The columns of a table that are read. */
export function columnsOf({ tool, table }: ToolTable): readonly string[] {
  const { columns, also = [], orderBy } = tool.folder.history;
  const known = new Set([...columns, ...also, ...orderBy]);
  return table.columns.filter((column) => known.has(column));
}

function lookedFor(wanted: Wanted): readonly string[] {
  if (wanted.table !== null) return [wanted.table.name];
  return [...new Set(asked(wanted).map(({ folder }) => folder.history.table))];
}

function asked({ tool }: Wanted): readonly ImportedTool[] {
  return importedTools().filter(({ folder }) => tool === null || folder.word === tool);
}

interface Surroundings {
  readonly tables: readonly FoundTable[];
  readonly wanted: Wanted;
}

function isOf(history: ToolHistory, found: FoundTable, { tables, wanted }: Surroundings): boolean {
  const { beside } = history;
  const names = wanted.table === null ? namesOf(history) : [wanted.table.name];
  const schema = wanted.table?.schema ?? found.schema;
  if (found.schema !== schema || !hasFormOf(history, found, names)) return false;
  // A person who names the tool knows better than what the table beside it suggests.
  if (beside === undefined || wanted.tool !== null) return true;
  const isThere = tables.some(
    (other) => other.schema === found.schema && other.name === beside.table,
  );
  return isThere === beside.isThere;
}
