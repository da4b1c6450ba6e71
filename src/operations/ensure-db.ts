import { retryTransient, type RetryContext } from './retry-transient.js';
import type { Database } from '../core/ports.js';

/** Creates the target database when it is missing, as soon as PostgreSQL answers. */
export async function ensureDb(
  database: Database,
  context: Omit<RetryContext, 'target'>,
): Promise<'existed' | 'created'> {
  const outcome = await retryTransient(() => database.ensure(), {
    ...context,
    target: database.target,
  });
  context.emit({ kind: 'database-ensured', database: database.name, outcome });
  return outcome;
}
