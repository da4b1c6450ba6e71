import type { Emit } from '../../core/events.js';
import type { Clock, Database, Stop } from '../../core/ports.js';
import type { History } from '../../core/run/history.js';
import type { LiveSchema, SchemaReading } from '../../core/schema/parts/reading.js';
import { retryTransient } from '../run/retry-transient.js';
import { readLiveSchema } from './read-live-schema.js';

export interface TargetPorts {
  readonly database: Pick<Database, 'target' | 'name' | 'connect' | 'breakOff'>;
  /** The same database. */
  readonly live: LiveSchema;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly stop: Stop;
}

/** A database with what its history says of it. */
export interface ReadTarget {
  readonly history: History;
  readonly reading: SchemaReading;
}

/** How often it is read while runs go on. */
const tries = 3;

/**
 * Reads the catalog and the history of a database, so that one fits the other. Takes no lock and writes nothing. Throws
 * `DatabaseMissing`, `PostgresUnreachable`, `Refused`, `HistoryTooNew`, `Interrupted`.
 */
export async function readTarget(ports: TargetPorts, withinMs: number | null): Promise<ReadTarget> {
  let before = await readHistory(ports, withinMs);
  for (let left = tries; ; left -= 1) {
    const reading = await readLiveSchema(ports.live, ports, withinMs);
    const after = await readHistory(ports, withinMs);
    const isSteady = appliedIn(before.history) === appliedIn(after.history);
    if (isSteady && !after.isBusy) return { history: after.history, reading };
    if (left > 1) {
      before = after;
      continue;
    }
    ports.emit({
      kind: 'warning',
      message: `files are being applied to ${ports.database.target} right now: what they have done meanwhile may be told as a difference`,
    });
    return { history: after.history, reading };
  }
}

interface Seen {
  readonly history: History;
  readonly isBusy: boolean;
}

function readHistory(
  { database, clock, emit, stop }: TargetPorts,
  withinMs: number | null,
): Promise<Seen> {
  const retry = { clock, emit, signal: stop.soon, database, withinMs };
  return retryTransient(async () => {
    const session = await database.connect();
    try {
      const history = await session.history();
      const isBusy = history.layout !== null && (await session.lockHolder()) !== null;
      return { history, isBusy };
    } finally {
      await session.close();
    }
  }, retry);
}

function appliedIn({ rows }: History): string {
  return JSON.stringify([...rows].map(([key, { appliedChecksum }]) => [key, appliedChecksum]));
}
