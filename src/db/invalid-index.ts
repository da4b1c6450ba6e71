import type { IndexName } from '../core/sql-reading.js';
import type { Client } from './client.js';
import { identifier, literal } from './quote.js';

/** What the catalog has under the name; `unknown` when the statement leaves the name to the server. */
export type IndexState = 'valid' | 'invalid' | 'absent' | 'unknown';

export async function indexState(client: Client, index: IndexName): Promise<IndexState> {
  const name = qualified(index);
  if (name === null) return 'unknown';
  const [rows] = await client.run(`
select indisvalid from pg_catalog.pg_index where indexrelid = pg_catalog.to_regclass(${literal(name)})`);
  const isValid = rows?.[0]?.['indisvalid'];
  return isValid === undefined ? 'absent' : isValid === true ? 'valid' : 'invalid';
}

/**
 * A CREATE INDEX CONCURRENTLY that fails, or dies, leaves an INVALID index behind, which costs every write and answers no
 * query, and which IF NOT EXISTS takes for the real one. So it is dropped before the next try.
 */
export async function dropInvalidIndex(client: Client, index: IndexName): Promise<void> {
  const name = qualified(index);
  if (name !== null) await client.run(`drop index concurrently if exists ${name}`, null);
}

function qualified({ schema, name }: IndexName): string | null {
  if (name === null) return null;
  return schema === null ? identifier(name) : `${identifier(schema)}.${identifier(name)}`;
}
