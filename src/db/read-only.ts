import { type PgmError, Refused, Transient } from '../core/errors.js';
import { type ReadOnlySetting, readOnlyAdvice } from '../core/read-only.js';
import type { Client } from './client.js';
import { readOnly, translate } from './errors.js';

/**
 * `translate`, but what was refused because nothing can be written is looked into: on a standby it passes, on any other
 * server somebody has set `default_transaction_read_only`, and only a person takes that back.
 */
export async function translateAsking(error: unknown, client: Client): Promise<PgmError> {
  const translated = translate(error, client.target, client.database);
  if (!(translated instanceof Transient) || translated.code !== readOnly) return translated;
  try {
    const setting = await askForSetting(client);
    if (setting === null) return translated;
    const message = `${translated.message} (${readOnly}): ${readOnlyAdvice(setting)}`;
    return new Refused(message, readOnly, { cause: error });
  } catch {
    // What could not be asked may have passed by the next try.
    return translated;
  }
}

/** Null on a standby, and where it is off by now. */
async function askForSetting(client: Client): Promise<ReadOnlySetting | null> {
  await client.run('rollback');
  const [rows] = await client.run(`
select source, sourcefile as file, pg_catalog.quote_ident(pg_catalog.current_database()) as database,
  pg_catalog.quote_ident(session_user) as role
from pg_catalog.pg_settings
where name = 'default_transaction_read_only' and setting = 'on' and not pg_catalog.pg_is_in_recovery()`);
  return (rows?.[0] as unknown as ReadOnlySetting | undefined) ?? null;
}
