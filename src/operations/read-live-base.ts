import type { Emit } from '../core/events.js';
import type { Snapshot } from '../core/files/migration.js';
import type { Clock, Database, Stop } from '../core/ports.js';
import type { Base } from '../core/proof/base.js';
import {
  appliedRows,
  contentsToFind,
  type FoundContents,
  liveBase,
  liveFacts,
} from '../core/proof/live-base.js';
import type { History } from '../core/run/history.js';
import { namedBy } from './against/named-by.js';
import { retryTransient } from './run/retry-transient.js';

interface LivePorts {
  readonly database: Pick<Database, 'target' | 'name' | 'connect' | 'breakOff'>;
  /** Looks for texts with these checksums in what was committed. */
  readonly findContents: (checksums: readonly string[]) => Promise<FoundContents>;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly stop: Stop;
}

interface LiveOptions {
  /** The only ones wanted, or null for all. */
  readonly schemas: readonly string[] | null;
  /** Milliseconds to wait for PostgreSQL; null waits forever. */
  readonly waitTimeoutMs: number | null;
  /** What named the database: `--from`. */
  readonly origin: string;
}

/**
 * Reads from the history of a live database which files it has, and finds their contents: in the files of today, else in
 * git. Read-only: creates nothing, takes no lock. Throws `PostgresUnreachable`, `Refused`, `HistoryTooNew`, `Interrupted`.
 */
export async function readLiveBase(
  today: Snapshot,
  ports: LivePorts,
  { schemas, waitTimeoutMs, origin }: LiveOptions,
): Promise<Base> {
  const { database, findContents, clock, emit, stop } = ports;
  const retry = { clock, emit, signal: stop.soon, database, withinMs: waitTimeoutMs };
  const read = () => retryTransient(() => readHistory(database), retry);
  const history = await namedBy(origin, database, read);
  const rows = appliedRows(history, schemas);
  const wanted = contentsToFind(rows, today);
  const found = wanted.length === 0 ? nothing : await findContents(wanted);
  return liveBase(rows, today, found, liveFacts(database.target, history, rows));
}

const nothing: FoundContents = { texts: new Map(), because: null, advice: null };

async function readHistory({ connect }: LivePorts['database']): Promise<History> {
  const session = await connect();
  try {
    return await session.history();
  } finally {
    await session.close();
  }
}
