import type { Contents } from '../../core/proof/database/proof-database.js';
import type { Client } from '../wire/client.js';
import type { Rows } from '../wire/driver.js';
import { literal } from '../wire/quote.js';

/**
 * The rows of tables, by name. Partitioned tables have none of their own. `historySchema` is left out. Two round trips,
 * whatever the number of tables.
 */
export async function readContents(
  client: Client,
  historySchema: string,
  only: readonly string[] | null,
): Promise<ReadonlyMap<string, Contents>> {
  if (only?.length === 0) return new Map();
  const [tables = []] = await client.run(tablesQuestion(historySchema));
  const wanted = tables.filter(({ name }) => only?.includes(String(name)) ?? true);
  if (wanted.length === 0) return new Map();
  const answers = await client.run(wanted.map(({ name }) => rowsQuestion(String(name))).join(';'));
  const rows = answers.filter((list) => list.length > 0).map(([row]) => row);
  return new Map(wanted.map((table, at) => [String(table['name']), contentsOf(table, rows[at])]));
}

function tablesQuestion(historySchema: string): string {
  return `
select pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) as name,
  (select pg_catalog.json_agg(attname order by attnum)::text from pg_catalog.pg_index i
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
    where i.indrelid = c.oid and i.indisprimary) as key
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'm') and c.relispopulated and c.oid >= 16384 and n.nspname <> ${literal(historySchema)}
  and n.nspname !~ '^pg_(toast|temp_)' order by 1`;
}

/** Rows are formatted by the session's own settings, the same before and after. */
function rowsQuestion(table: string): string {
  const row = 'pg_catalog.to_jsonb(t)::text';
  return `select pg_catalog.count(*)::float8 as count,
  coalesce(pg_catalog.md5(pg_catalog.string_agg(pg_catalog.md5(${row}), '' order by pg_catalog.md5(${row}))), '') as digest,
  case when pg_catalog.count(*) <= ${mostRows} then coalesce(pg_catalog.json_agg(${row})::text, '[]') end as rows
from only ${table} t`;
}

/** More are only counted and compared as a whole. */
const mostRows = 2_000;

function contentsOf(table: Rows[number], row: Rows[number] | undefined): Contents {
  return {
    count: Number(row?.['count'] ?? 0),
    digest: typeof row?.['digest'] === 'string' ? row['digest'] : '',
    rows: typeof row?.['rows'] === 'string' ? (JSON.parse(row['rows']) as string[]) : null,
    key: typeof table['key'] === 'string' ? (JSON.parse(table['key']) as string[]) : [],
  };
}
