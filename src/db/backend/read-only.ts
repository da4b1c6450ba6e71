import { type PgmError, Refused, Transient } from '../../core/errors.js';
import { type ReadOnlySetting, readOnlyAdvice } from '../../core/failure/read-only.js';
import { sqlstates } from '../../core/failure/sqlstates.js';
import type { Client } from '../wire/client.js';
import { translate } from '../wire/errors.js';

/**
 * `translate`, but looks into the cause if nothing can be written: on a standby it passes; on any other server
 * `default_transaction_read_only` is set, and only a person can undo that.
 */
export async function translateAsking(error: unknown, client: Client): Promise<PgmError> {
  const translated = translate(error, client.target, client.database);
  if (!(translated instanceof Transient) || translated.code !== sqlstates.readOnlySqlTransaction)
    return translated;
  try {
    const setting = await askForSetting(client);
    if (setting === null) return translated;
    const message = `${translated.message} (${translated.code}): ${readOnlyAdvice(setting)}`;
    return new Refused(message, translated.code, { cause: error });
  } catch {
    // If asking failed, it may work at the next try.
    return translated;
  }
}

/** Null on a standby, and if the setting is off by now. */
async function askForSetting(client: Client): Promise<ReadOnlySetting | null> {
  await client.run('rollback');
  const [rows] = await client.run(`
select source, sourcefile as file, pg_catalog.quote_ident(pg_catalog.current_database()) as database,
  pg_catalog.quote_ident(session_user) as role
from pg_catalog.pg_settings
where name = 'default_transaction_read_only' and setting = 'on' and not pg_catalog.pg_is_in_recovery()`);
  return (rows?.[0] as unknown as ReadOnlySetting | undefined) ?? null;
}
