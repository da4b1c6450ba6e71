import type { Database, Session } from '../../core/ports.js';
import type { History } from '../../core/run/history.js';
import type { LiveSchema, SchemaReading } from '../../core/schema/parts/reading.js';
import { onSession } from '../run/connect.js';
import { retryTransient } from '../run/retry-transient.js';
import type { RunPorts } from '../run/run-ports.js';
import { type ReadLiveOptions, readLiveSchema } from './read-live-schema.js';

export interface TargetPorts extends Pick<RunPorts, 'clock' | 'emit' | 'stop'> {
  readonly database: Pick<Database, 'target' | 'name' | 'connect' | 'breakOff'>;
  /** The same database. */
  readonly live: LiveSchema;
}

/** A database with what its history says of it. */
export interface ReadTarget {
  readonly history: History;
  readonly reading: SchemaReading;
}

/** How many times it is read while runs go on. */
const tries = 3;

/**
 * Reads the catalog and the history of a database, so that they match. Takes no lock and writes nothing. Throws
 * `DatabaseMissing`, `PostgresUnreachable`, `Refused`, `HistoryTooNew`, `Interrupted`.
 */
export async function readTarget(
  ports: TargetPorts,
  options: ReadLiveOptions,
): Promise<ReadTarget> {
  const { withinMs } = options;
  let before = await readHistory(ports, withinMs);
  for (let left = tries; ; left -= 1) {
    const reading = await readLiveSchema(ports.live, ports, options);
    const after = await readHistory(ports, withinMs);
    const isSteady = appliedIn(before.history) === appliedIn(after.history);
    if (isSteady && !after.isBusy) return { history: after.history, reading };
    if (left > 1) {
      before = after;
      continue;
    }
    ports.emit({
      kind: 'warning',
      message: `files are being applied to ${ports.database.target} right now: what they change meanwhile may be reported as a difference`,
    });
    return { history: after.history, reading };
  }
}

interface Seen {
  readonly history: History;
  readonly isBusy: boolean;
}

function readHistory(ports: TargetPorts, withinMs: number | null): Promise<Seen> {
  const read = async (session: Session): Promise<Seen> => {
    const history = await session.history();
    const isBusy = history.layout !== null && (await session.lockHolder()) !== null;
    return { history, isBusy };
  };
  return retryTransient(() => onSession(ports.database, read), ports, withinMs);
}

function appliedIn({ rows }: History): string {
  return JSON.stringify([...rows].map(([key, { appliedChecksum }]) => [key, appliedChecksum]));
}
