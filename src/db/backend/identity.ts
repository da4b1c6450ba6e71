import type { Identity } from '../../core/fleet/identity.js';
import type { Client } from '../wire/client.js';
import { serverErrorOf } from '../wire/errors.js';

/** Null if this role may not ask, or the server does not know (some services hide it). */
export async function readIdentity(client: Client): Promise<Identity | null> {
  try {
    const [rows] = await client.run(`
select (select system_identifier::text from pg_catalog.pg_control_system()) as server,
  (select oid::text from pg_catalog.pg_database where datname = pg_catalog.current_database()) as database`);
    const { server, database } = rows?.[0] ?? {};
    return typeof server === 'string' && typeof database === 'string' ? { server, database } : null;
  } catch (error) {
    if (serverErrorOf(error) === null) throw error;
    return null;
  }
}
