import { backoffMs } from '../core/watch/backoff.js';
import { compare } from '../core/run/compare.js';
import { DatabaseMissing } from '../core/errors.js';
import { type AttemptRow, emptyHistory, type History } from '../core/run/history.js';
import { type Intent, newestFor, standingSeen } from '../core/run/intents.js';
import type { LintHold } from '../core/run/lint-hold.js';
import type { Snapshot } from '../core/files/migration.js';
import type { Observer } from '../core/ports.js';
import {
  judgeRun,
  type LockHolder,
  type ServerFacts,
  type StatusReport,
} from '../core/run/report.js';
import type { SourcePorts } from './run/run-ports.js';
import { onSession } from './run/connect.js';
import { retryTransient } from './run/retry-transient.js';

interface StatusOptions {
  readonly schemas: readonly string[] | null;
  readonly allowEmpty: boolean;
  readonly onChange: 'rerun' | 'warn' | 'fail';
  /** Milliseconds to wait for PostgreSQL; null waits forever. */
  readonly waitTimeoutMs: number | null;
  /** The revision (or its first digits) that the source must have, or null. */
  readonly revision: string | null;
  /** How many of the newest tries to read; 0 for none. */
  readonly attempts: number;
}

/** Compares the source with the history. Read-only: creates nothing, takes no lock. */
export async function readStatus(
  ports: SourcePorts,
  options: StatusOptions,
): Promise<StatusReport> {
  const { source, database } = ports;
  const snapshot = await source.read();
  const look = () => lookAt(ports, options.attempts);
  const seen = await retryTransient(look, ports, options.waitTimeoutMs);
  return assess(snapshot, seen, { target: database.target, source }, options);
}

/**
 * Checks again until everything is applied or the time is up, and returns the last result. The source is read again each
 * time, so that it also waits for a revision that is not mounted yet.
 */
export async function waitForStatus(
  ports: SourcePorts,
  options: StatusOptions,
): Promise<StatusReport> {
  const { clock, stop } = ports;
  const started = clock.now();
  const timeLeft = (): number =>
    options.waitTimeoutMs === null ? Infinity : options.waitTimeoutMs - (clock.now() - started);
  for (let attempt = 0; ; attempt += 1) {
    const waitTimeoutMs = options.waitTimeoutMs === null ? null : Math.max(0, timeLeft());
    const report = await readStatus(ports, { ...options, waitTimeoutMs });
    const left = timeLeft();
    if (report.verdict.kind === 'up-to-date' || left <= 0) return report;
    const pause = 200 + backoffMs(attempt, clock.random(), { firstMs: 200, mostMs: 2_000 });
    await clock.sleep(Math.min(left, pause), stop.soon);
  }
}

/** What the database says about itself: all that a status needs. */
export interface Seen {
  readonly history: History;
  readonly intents: readonly Intent[];
  readonly facts: ServerFacts | null;
  readonly lock: LockHolder | null;
  readonly attempts: readonly AttemptRow[];
}

/** What a status shows for a database that does not exist. */
export const noDatabase: Seen = {
  history: emptyHistory,
  intents: [],
  facts: null,
  lock: null,
  attempts: [],
};

async function lookAt({ database }: SourcePorts, attempts: number): Promise<Seen> {
  try {
    return await onSession(database, (session) => readSeen(session, attempts));
  } catch (error) {
    if (!(error instanceof DatabaseMissing)) throw error;
    return noDatabase;
  }
}

/** `attempts`: how many of the newest tries; 0 for none. */
export async function readSeen(session: Observer, attempts: number): Promise<Seen> {
  return {
    history: await session.history(),
    intents: session.intents()?.known ?? [],
    facts: await session.facts(),
    lock: await session.lockHolder(),
    attempts: attempts > 0 ? await session.attempts(attempts) : [],
  };
}

interface AssessOptions extends Omit<StatusOptions, 'waitTimeoutMs' | 'attempts'> {
  /** Known only to a process that runs migrations. */
  readonly heldByLint?: LintHold | null;
}

/** The report from a snapshot and the database's answers. */
export function assess(
  snapshot: Snapshot,
  { history, intents, facts, lock, attempts }: Seen,
  { target, source }: { readonly target: string; readonly source: StatusReport['source'] },
  { schemas, allowEmpty, onChange, revision, heldByLint = null }: AssessOptions,
): StatusReport {
  const statuses = compare(snapshot, history, schemas);
  const standing = standingSeen({ revision: snapshot.revision, schemas }, { known: intents });
  const supersededBy = standing?.kind === 'superseded' ? standing.by : null;
  const found = { statuses, supersededBy, heldByLint };
  const verdict = judgeRun(found, { allowEmpty, onChange });
  const other = revision !== null && !snapshot.revision.startsWith(revision);
  return {
    target,
    databaseExists: facts !== null,
    server: facts,
    source: { directory: source.directory, origin: source.origin },
    snapshot,
    statuses,
    verdict: other
      ? {
          kind: 'behind',
          reason: `the source has revision ${snapshot.revision.slice(0, 12)}`,
          failing: false,
        }
      : verdict,
    lock,
    intent: newestFor(schemas, intents),
    isSuperseded: supersededBy !== null,
    attempts,
  };
}
