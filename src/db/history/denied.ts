import { Refused } from '../../core/errors.js';
import type { ServerError } from '../../core/failure/server-error.js';
import { historyLayout } from '../../core/run/history.js';
import type { Client } from '../wire/client.js';
import { identifier, literal } from '../wire/quote.js';

/** What was to be made when the server refused it for want of a right (42501). */
interface Wanted {
  /** 0: there is no history. */
  readonly layout: number;
  readonly hasSchema: boolean;
}

/** Why the history cannot be created or upgraded, and which right is missing. The transaction must be over. */
export async function denied(
  client: Client,
  schema: string,
  { layout, hasSchema }: Wanted,
  { message, sqlstate }: ServerError,
): Promise<Refused> {
  const { role, owner } = await whoIsWho(client, schema);
  const pgm = identifier(schema);
  const said = `${message} (${sqlstate})`;
  if (layout > 0) {
    return new Refused(
      `the history in schema "${schema}" has layout ${layout} and this pgm needs layout ${historyLayout}, ` +
        `to which the role ${role} may not upgrade it: ${said}; run this pgm once as ${owner}, who owns its tables, ` +
        `and then as ${owner}: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${pgm} TO ${role}`,
      sqlstate,
    );
  }
  const right = hasSchema
    ? `GRANT USAGE, CREATE ON SCHEMA ${pgm} TO ${role}`
    : `GRANT CREATE ON DATABASE ${identifier(client.database)} TO ${role}`;
  return new Refused(
    `the role ${role} may not create the history in schema "${schema}": ${said}; as the owner of the ${hasSchema ? 'schema' : 'database'} run: ${right}`,
    sqlstate,
  );
}

/** Names as they can be sent. */
async function whoIsWho(
  client: Client,
  schema: string,
): Promise<{ readonly role: string; readonly owner: string }> {
  const [rows] = await client.run(`
select pg_catalog.quote_ident(current_user) as role, (
  select pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(c.relowner)) from pg_catalog.pg_class c
  where c.relname = 'migrations' and c.relnamespace =
    (select oid from pg_catalog.pg_namespace where nspname = ${literal(schema)})) as owner`);
  const row = rows?.[0] as { readonly role: string; readonly owner: string | null } | undefined;
  return { role: row?.role ?? 'of pgm', owner: row?.owner ?? 'the role' };
}
