import type { KeptHead, Restored } from '../../core/drift/kept-catalog.js';
import { inFull, nextTransaction } from '../catalog/last-writers.js';
import { thisDatabase } from '../catalog/mark.js';
import { identifier, literal } from '../wire/quote.js';
import type { CatalogContext } from './catalog-questions.js';

/**
 * A document that is older than its own table, or comes from the future of this server, was loaded with a dump. While a dump
 * is loaded, a session copies rows into a table, or has one locked as for an index or a constraint.
 */
export async function readRestored(
  { client, schema }: CatalogContext,
  { transaction }: Pick<KeptHead, 'transaction'>,
): Promise<Restored> {
  const table = `${literal(`${identifier(schema)}.catalogs`)}::pg_catalog.regclass`;
  const [rows] = await client.run(`
select ${inFull('xmin')} > ${transaction} or ${transaction} > next as restored,
  exists (select from pg_catalog.pg_stat_progress_copy where datid = ${thisDatabase} and pid <> pg_catalog.pg_backend_pid())
  or exists (select from pg_catalog.pg_locks where database = ${thisDatabase} and locktype = 'relation' and relation >= 16384
    and pid <> pg_catalog.pg_backend_pid()
    and mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')) as busy
from pg_catalog.pg_attribute, ${nextTransaction} where attrelid = ${table} and attnum = 1`);
  const row = rows?.[0];
  if (row?.['restored'] !== true) return 'no';
  return row['busy'] === true ? 'busy' : 'quiet';
}
