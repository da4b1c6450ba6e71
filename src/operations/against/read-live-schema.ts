import { Interrupted } from '../../core/errors.js';
import type { LiveSchema, SchemaReading } from '../../core/schema/parts/reading.js';
import { retryTransient } from '../run/retry-transient.js';
import type { RunPorts } from '../run/run-ports.js';

export interface ReadLiveOptions {
  /** Milliseconds to wait for PostgreSQL; null waits forever. */
  readonly withinMs: number | null;
  /** Patterns of what is left out later. */
  readonly ignored?: readonly string[];
}

/** Reads what is in a database, as soon as PostgreSQL answers. Writes nothing. Throws `Interrupted`, `PostgresUnreachable`. */
export async function readLiveSchema(
  live: LiveSchema,
  { clock, emit, stop }: Pick<RunPorts, 'clock' | 'emit' | 'stop'>,
  { withinMs, ignored = [] }: ReadLiveOptions,
): Promise<SchemaReading> {
  const cancel = (): void => {
    live.cancel();
  };
  stop.now.addEventListener('abort', cancel);
  try {
    return await retryTransient(
      () => live.read(ignored),
      { clock, emit, stop, database: live },
      withinMs,
    );
  } catch (error) {
    // It was cancelled on request.
    if (stop.now.aborted) throw new Interrupted();
    throw error;
  } finally {
    stop.now.removeEventListener('abort', cancel);
  }
}
