import { retryTransient, type RetryPorts } from './run/retry-transient.js';
import type { Database } from '../core/ports.js';

/** Creates the target database if it does not exist, as soon as PostgreSQL answers. */
export async function ensureDb(
  database: Database,
  { clock, emit, stop }: Omit<RetryPorts, 'database'>,
  withinMs: number | null,
): Promise<'existed' | 'created'> {
  const ports = { clock, emit, stop, database };
  const outcome = await retryTransient(() => database.ensure(), ports, withinMs);
  emit({ kind: 'database-ensured', database: database.name, outcome });
  return outcome;
}
