import { retryTransient, type RetryContext } from './run/retry-transient.js';
import type { Database } from '../core/ports.js';

/** Creates the target database if it does not exist, as soon as PostgreSQL answers. */
export async function ensureDb(
  database: Database,
  context: Omit<RetryContext, 'database'>,
): Promise<'existed' | 'created'> {
  const outcome = await retryTransient(() => database.ensure(), {
    ...context,
    database,
  });
  context.emit({ kind: 'database-ensured', database: database.name, outcome });
  return outcome;
}
