import type { Rewrite } from '../../core/proof/database/proof-database.js';
import type { Client } from '../wire/client.js';
import { serverErrorOf } from '../wire/errors.js';

/** A setting of our own, which ends with the transaction: `<oid>:<reason> <oid>:<reason>`. */
const setting = 'pgm.rewrites';

/** An expression. */
export const rewritesSeen = `pg_catalog.current_setting('${setting}', true)`;

/**
 * Creates an event trigger in the open transaction, which has to be rolled back: so neither the catalog nor any other run of
 * a file ever sees it. Its function is temporary, so it needs no schema. Only a superuser may create one.
 */
export async function watchRewrites(client: Client): Promise<void> {
  const [rows] = await client.run(
    "select pg_catalog.current_setting('is_superuser') = 'on' as may; savepoint pgm_rewrites",
  );
  if (rows?.[0]?.['may'] !== true) return;
  try {
    await client.run(`
create function pg_temp.pgm_rewrites() returns event_trigger language plpgsql as $pgm$
begin
  perform pg_catalog.set_config('${setting}', pg_catalog.concat_ws(' ', nullif(${rewritesSeen}, ''),
    pg_catalog.concat(pg_catalog.pg_event_trigger_table_rewrite_oid()::bigint, ':', pg_catalog.pg_event_trigger_table_rewrite_reason())), true);
end $pgm$;
create event trigger pgm_rewrites on table_rewrite execute function pg_temp.pgm_rewrites();
alter event trigger pgm_rewrites enable always`);
  } catch (error) {
    // A file may have used the name, or dropped plpgsql.
    if (serverErrorOf(error) === null) throw error;
    await client.run('rollback to savepoint pgm_rewrites');
  }
}

export function rewritesIn(seen: unknown): readonly Rewrite[] {
  const entries = typeof seen === 'string' ? seen.split(' ').filter(Boolean) : [];
  return entries.map((entry) => {
    const [oid, reason] = entry.split(':').map(Number);
    return { oid: oid ?? 0, reason: reason ?? 0 };
  });
}
