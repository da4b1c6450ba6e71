import type { FoundTable, ToolRow, ToolRowsQuestion } from '../../core/foreign/tool-history.js';
import { identifier, literal } from '../wire/quote.js';
import type { HistoryTables } from './history-tables.js';

/** Tables of these names, in any schema but the system's and pgm's own, with their columns. */
export async function readToolTables(
  { client, schema: historySchema }: Pick<HistoryTables, 'client' | 'schema'>,
  names: readonly string[],
): Promise<readonly FoundTable[]> {
  const [rows = []] = await client.run(`
select n.nspname as schema, c.relname as name,
  (select coalesce(pg_catalog.json_agg(a.attname::text order by a.attnum), '[]') from pg_catalog.pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)::text as columns
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relname in (${names.map(literal).join(', ')})
  and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', ${literal(historySchema)})
order by 1, 2`);
  return rows.map((row) => ({
    schema: String(row['schema']),
    name: String(row['name']),
    columns: JSON.parse(row['columns'] as string) as string[],
  }));
}

/** All rows, each column as text. A policy that would hide some of them is an error. */
export async function readToolRows(
  { client }: Pick<HistoryTables, 'client'>,
  { table, columns, orderBy }: ToolRowsQuestion,
): Promise<readonly ToolRow[]> {
  const list = columns.map((column) => `${identifier(column)}::text as ${identifier(column)}`);
  const order = orderBy
    .filter((column) => columns.includes(column))
    .map((column) => `t.${identifier(column)}`);
  const name = `${identifier(table.schema)}.${identifier(table.name)}`;
  const answers = await client.run(`begin read only; set local row_security = off;
select ${list.join(', ')} from ${name} t${order.length === 0 ? '' : ` order by ${order.join(', ')}`};
commit`);
  return (answers.at(-1) ?? []).map((row) =>
    Object.fromEntries(columns.map((column) => [column, textOrNull(row[column])])),
  );
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
