import { backoffMs } from '../core/backoff.js';
import { compare, type MigrationStanding } from '../core/compare.js';
import { DatabaseMissing } from '../core/errors.js';
import { headersOf } from '../core/headers.js';
import { type AttemptRow, emptyHistory, type History } from '../core/history.js';
import type { Snapshot } from '../core/migration.js';
import type { Session, Source } from '../core/ports.js';
import { judge, type LockHolder, type ServerFacts, type StatusReport } from '../core/report.js';
import type { RunPorts } from './run-once.js';
import { retryTransient } from './retry-transient.js';

export interface StatusPorts extends Omit<RunPorts, 'sqlReader'> {
  readonly source: Source;
}

export interface StatusOptions {
  readonly schemas: readonly string[] | null;
  readonly allowEmpty: boolean;
  readonly onChange: 'rerun' | 'warn' | 'fail';
  /** Milliseconds to wait for PostgreSQL; null is for ever. */
  readonly waitTimeoutMs: number | null;
  /** The revision (or its beginning) that the source has to have, or null. */
  readonly revision: string | null;
  /** How many of the newest tries to read; 0 for none. */
  readonly attempts: number;
}

/** Compares the source with the history. Read-only: creates nothing, takes no lock. */
export async function readStatus(
  ports: StatusPorts,
  options: StatusOptions,
): Promise<StatusReport> {
  const { source, database, clock, emit, stop } = ports;
  const snapshot = await source.read();
  const seen = await retryTransient(() => lookAt(ports, options.attempts), {
    clock,
    emit,
    signal: stop.soon,
    target: database.target,
    withinMs: options.waitTimeoutMs,
  });
  return assess(snapshot, seen, { target: database.target, source }, options);
}

/**
 * Looks again until all is applied or the time is over, and gives what it saw last. The source is read anew each time, so
 * that a revision that has yet to be mounted is waited for too.
 */
export async function waitForStatus(
  ports: StatusPorts,
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

/** What the database says of itself, all that a status needs. */
export interface Seen {
  readonly history: History;
  readonly facts: ServerFacts | null;
  readonly lock: LockHolder | null;
  readonly attempts: readonly AttemptRow[];
}

/** What there is to be seen of a database that does not exist. */
export const noDatabase: Seen = { history: emptyHistory, facts: null, lock: null, attempts: [] };

async function lookAt({ database }: StatusPorts, attempts: number): Promise<Seen> {
  let session;
  try {
    session = await database.connect();
  } catch (error) {
    if (!(error instanceof DatabaseMissing)) throw error;
    return noDatabase;
  }
  try {
    return await readSeen(session, attempts);
  } finally {
    await session.close();
  }
}

/** `attempts`: how many of the newest tries; 0 for none. */
export async function readSeen(session: Session, attempts: number): Promise<Seen> {
  return {
    history: await session.history(),
    facts: await session.facts(),
    lock: await session.lockHolder(),
    attempts: attempts > 0 ? await session.attempts(attempts) : [],
  };
}

/** The report on a snapshot and what the database says. */
export function assess(
  snapshot: Snapshot,
  { history, facts, lock, attempts }: Seen,
  { target, source }: { readonly target: string; readonly source: StatusReport['source'] },
  { schemas, allowEmpty, onChange, revision }: Omit<StatusOptions, 'waitTimeoutMs' | 'attempts'>,
): StatusReport {
  const statuses = compare(snapshot, history, schemas);
  const pinned = pinnedKeys(statuses);
  const verdict = judge(statuses, { allowEmpty, onChange, pinned });
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
    attempts,
  };
}

/** Keys of changed files that `-- pgm:once` keeps from running again. */
export function pinnedKeys(statuses: readonly MigrationStanding[]): ReadonlySet<string> {
  return new Set(
    statuses
      .filter(({ state, migration }) => state === 'changed' && headersOf(migration?.sql ?? '').once)
      .map(({ key }) => key),
  );
}
