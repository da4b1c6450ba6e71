import type { IndexName } from '../core/sql-reading.js';
import type { Client } from './client.js';
import { identifier, literal } from './quote.js';

/**
 * A CREATE INDEX CONCURRENTLY that fails, or dies, leaves an INVALID index behind, which costs every write and answers no
 * query, and which IF NOT EXISTS takes for the real one. So it is dropped before the next try.
 */
export async function dropInvalidIndex(client: Client, { schema, name }: IndexName): Promise<void> {
  if (name === null) return;
  const qualified =
    schema === null ? identifier(name) : `${identifier(schema)}.${identifier(name)}`;
  const [rows] = await client.run(`
select pg_catalog.count(*) > 0 as found from pg_catalog.pg_index
where indexrelid = pg_catalog.to_regclass(${literal(qualified)}) and not indisvalid`);
  if (rows?.[0]?.['found'] === true) {
    await client.run(`drop index concurrently if exists ${qualified}`, null);
  }
}
