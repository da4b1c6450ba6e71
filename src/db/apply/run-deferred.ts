import type { Client } from '../wire/client.js';

/**
 * Runs what the file's transaction has deferred so far, as a COMMIT would, and defers again what is deferred by default. ALL
 * would also count for constraints that are created later. The file has none deferred by SET CONSTRAINTS: that is refused
 * before such a COMMIT.
 */
export async function runDeferred(client: Client): Promise<void> {
  const names = (await client.run(deferredByDefault, null))[0]?.[0]?.['names'];
  if (typeof names !== 'string') return;
  await client.run(`set constraints ${names} immediate; set constraints ${names} deferred`, null);
}

/** The server refuses a name that in its schema is also one of a constraint that cannot be deferred. */
const deferredByDefault = `select pg_catalog.string_agg(distinct
    pg_catalog.quote_ident(s.nspname) || '.' || pg_catalog.quote_ident(c.conname), ', ') as names
  from pg_catalog.pg_constraint c join pg_catalog.pg_namespace s on s.oid = c.connamespace
  where c.condeferred and pg_catalog.has_schema_privilege(s.oid, 'usage') and not exists (
    select from pg_catalog.pg_constraint o
    where o.connamespace = c.connamespace and o.conname = c.conname and not o.condeferred)`;
