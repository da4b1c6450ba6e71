import { Interrupted } from '../../core/errors.js';
import type { Emit } from '../../core/events.js';
import type { Clock, Stop } from '../../core/ports.js';
import type { LiveSchema, SchemaReading } from '../../core/schema/parts/reading.js';
import { retryTransient } from '../run/retry-transient.js';

interface LivePorts {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly stop: Stop;
}

/** Reads what is in a database, as soon as PostgreSQL answers. Writes nothing. Throws `Interrupted`, `PostgresUnreachable`. */
export async function readLiveSchema(
  live: LiveSchema,
  { clock, emit, stop }: LivePorts,
  withinMs: number | null,
): Promise<SchemaReading> {
  const cancel = (): void => {
    live.cancel();
  };
  stop.now.addEventListener('abort', cancel);
  try {
    const context = { clock, emit, signal: stop.soon, database: live, withinMs };
    return await retryTransient(() => live.read(), context);
  } catch (error) {
    // That the reading was cancelled is what was asked for.
    if (stop.now.aborted) throw new Interrupted();
    throw error;
  } finally {
    stop.now.removeEventListener('abort', cancel);
  }
}
