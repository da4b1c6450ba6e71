import type { Snapshot } from '../../core/files/migration.js';
import type { Database } from '../../core/ports.js';
import type { Base } from '../../core/proof/base.js';
import {
  appliedRows,
  contentsToFind,
  type FoundContents,
  liveBase,
  liveFacts,
  type LiveRow,
} from '../../core/proof/live-base.js';
import type { History } from '../../core/run/history.js';
import { namedBy } from './named-by.js';
import { onSession } from '../run/connect.js';
import { retryTransient } from '../run/retry-transient.js';
import type { RunPorts } from '../run/run-ports.js';

export interface LivePorts extends Pick<RunPorts, 'clock' | 'emit' | 'stop'> {
  readonly database: Pick<Database, 'target' | 'name' | 'connect' | 'breakOff'>;
  /** Looks for texts with these checksums in the commits. */
  readonly findContents: (checksums: readonly string[]) => Promise<FoundContents>;
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
 * Reads from the history of a live database which files it has, and finds their contents: in today's files, else in git.
 * Read-only: creates nothing, takes no lock. Throws `PostgresUnreachable`, `Refused`, `HistoryTooNew`, `Interrupted`.
 */
export async function readLiveBase(
  today: Snapshot,
  ports: LivePorts,
  { schemas, waitTimeoutMs, origin }: LiveOptions,
): Promise<Base> {
  const { database } = ports;
  const once = () => onSession(database, (session) => session.history());
  const read = () => retryTransient(once, ports, waitTimeoutMs);
  const history = await namedBy(origin, database, read);
  return baseOf(appliedRows(history, schemas), { history, today }, ports);
}

interface Known {
  readonly history: History;
  readonly today: Snapshot;
}

/** The files that the `rows` of a history say are applied, with the contents that were applied. */
export async function baseOf(
  rows: readonly LiveRow[],
  { history, today }: Known,
  { database, findContents }: Pick<LivePorts, 'database' | 'findContents'>,
): Promise<Base> {
  const wanted = contentsToFind(rows, today);
  const found = wanted.length === 0 ? nothing : await findContents(wanted);
  return liveBase(rows, today, found, liveFacts(database.target, history, rows));
}

const nothing: FoundContents = { texts: new Map(), because: null, advice: null };
