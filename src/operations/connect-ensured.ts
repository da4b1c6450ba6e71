import { DatabaseMissing } from '../core/errors.js';
import type { Emit } from '../core/events.js';
import type { AskedAhead, Database, Session } from '../core/ports.js';

/**
 * Opens a session on the target database, which is created first when the server says that it is missing. One that is
 * there costs no connection more. Throws `DatabaseMissing` when it is gone again at once.
 */
export async function connectEnsured(
  { database, emit }: { readonly database: Database; readonly emit: Emit },
  ahead?: AskedAhead,
): Promise<Session> {
  try {
    return await database.connect(ahead);
  } catch (error) {
    if (!(error instanceof DatabaseMissing)) throw error;
  }
  const outcome = await database.ensure();
  emit({ kind: 'database-ensured', database: database.name, outcome });
  return database.connect(ahead);
}
