import { historyTables } from '../../core/run/history.js';
import type { Rows } from '../wire/driver.js';
import { literal } from '../wire/quote.js';

/**
 * An expression: the schemas of all histories of pgm in this database, as JSON. Several applications may each keep one. A
 * schema with another table or view is not one of them: what is in it would not be compared.
 */
export const historiesThere = `(select coalesce(pg_catalog.jsonb_agg(nspname order by nspname), '[]') from pg_catalog.pg_namespace n
  where oid in (select relnamespace from pg_catalog.pg_class c where relname in ('migrations', 'attempts') and relkind = 'r'
      and exists (select from pg_catalog.pg_attribute where attrelid = c.oid and attname = 'pgm_version')
    group by relnamespace having pg_catalog.count(*) = 2)
  and not exists (select from pg_catalog.pg_class where relnamespace = n.oid and relkind in ('r', 'p', 'v', 'm', 'f')
    and relname not in (${historyTables.map(literal).join(', ')})))`;

/** The schemas in an answer with `histories`, and that of the own history, which may not exist yet. */
export function historiesIn(row: Rows[number] | undefined, own: string): readonly string[] {
  const there = row?.['histories'];
  return [own, ...(Array.isArray(there) ? there.map(String) : [])];
}
