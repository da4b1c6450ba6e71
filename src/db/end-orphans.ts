import type { Client, Orphan } from './client.js';
import { literal } from './quote.js';

/**
 * Ends backends of ours that we gave up because the way to them was dead: the server may not know, and they would hold the
 * run lock, or a file's locks, until its keepalives notice. Only the very backends that we had are ended, whatever has
 * their pid by now.
 */
export async function endOrphans(client: Client, orphans: Set<Orphan>): Promise<void> {
  for (const orphan of orphans) {
    await client.run(`select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
where pid = ${orphan.pid} and backend_start::text = ${literal(orphan.backendStart)}`);
    orphans.delete(orphan);
  }
}
