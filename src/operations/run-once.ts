import type { MigrationStatus } from '../core/compare.js';
import { Refused, Transient } from '../core/errors.js';
import type { Emit } from '../core/events.js';
import type { MigrationKey, Snapshot } from '../core/migration.js';
import type { Plan, Step } from '../core/plan.js';
import type {
  Agreement,
  Clock,
  Database,
  RunLock,
  Session,
  SqlReader,
  Stop,
} from '../core/ports.js';
import type { Expectation } from '../core/reconcile.js';
import type { AppliedMigration, RunReport } from '../core/report.js';
import { applySteps, type StepOutcome } from './apply-steps.js';
import { connectEnsured } from './connect-ensured.js';
import {
  askAgreement,
  askedAhead,
  look,
  type Looked,
  lookGiven,
  type LookOptions,
  lookThrough,
} from './look.js';
import { type LockAhead, openLockAhead } from './open-lock-ahead.js';
import { withRunLock } from './with-run-lock.js';

export interface RunPorts {
  readonly database: Database;
  readonly sqlReader: SqlReader;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly stop: Stop;
}

export interface RunOptions extends LookOptions {
  /** Milliseconds a statement may wait for a lock; 0 is for ever. */
  readonly lockTimeoutMs: number;
  /** Milliseconds to wait for another runner; null is for ever. */
  readonly lockWaitMs: number | null;
  readonly onPooler: 'warn' | 'refuse';
  /** Decide and tell, write nothing. */
  readonly dryRun: boolean;
  /** Default null. */
  readonly expects?: Expectation | null;
}

/**
 * One pass over a snapshot that was read already: compare, plan, apply, report. A missing database is created, except by a
 * dry run, which throws `DatabaseMissing`. A run that finds nothing to do takes no lock and writes nothing. Throws
 * `Transient` when the connection fails under way; what was committed until then stays recorded, and the next run goes on
 * from there.
 */
export async function runOnce(
  snapshot: Snapshot,
  ports: RunPorts,
  options: RunOptions,
): Promise<RunReport> {
  if ((options.expects ?? null) === null) {
    return runWith(unprepared(ports.database), snapshot, ports, options);
  }
  const ahead = openLockAhead(ports.database);
  try {
    return await runWith(ahead, snapshot, ports, options);
  } finally {
    await ahead.drop();
  }
}

type Locks = Pick<LockAhead, 'openLock' | 'tryLock'>;

function unprepared(database: Pick<Database, 'openLock'>): Locks {
  return { openLock: () => database.openLock(), tryLock: () => Promise.resolve(null) };
}

async function runWith(
  locks: Locks,
  snapshot: Snapshot,
  ports: RunPorts,
  options: RunOptions,
): Promise<RunReport> {
  const ahead = askedAhead(snapshot, firstLook(options));
  const session = options.dryRun
    ? await ports.database.connect(ahead)
    : await connectEnsured(ports, ahead);
  try {
    await greet(session, ports, options);
    return await runIn({ session, locks }, snapshot, ports, options);
  } finally {
    await session.close();
  }
}

/** `Transient.code` of a server that can only be read: it passes when the server is promoted, or another takes its name. */
export const standbyCode = '25006';

/** Says who answers, and refuses what cannot be written to. */
export async function greet(
  session: Session,
  { database, emit }: Pick<RunPorts, 'database' | 'emit'>,
  { onPooler }: Pick<RunOptions, 'onPooler'>,
): Promise<void> {
  const { version, inRecovery, pooled } = await session.facts();
  emit({ kind: 'postgres-answered', target: database.target, version });
  if (inRecovery) {
    throw new Transient(`${database.target} is a standby, nothing can be written`, standbyCode);
  }
  if (!pooled) return;
  if (onPooler === 'warn') emit({ kind: 'pooler-found', target: database.target });
  else {
    throw new Refused(
      `${database.target} is a pooler and --on-pooler is refuse; connect to PostgreSQL itself`,
      null,
    );
  }
}

/** Where something is due, the rows of the history are read in any case. */
function firstLook(options: RunOptions): LookOptions {
  return { ...options, detailed: options.detailed || options.expects === 'change' };
}

async function runIn(
  { session, locks }: { readonly session: Session; readonly locks: Locks },
  snapshot: Snapshot,
  ports: RunPorts,
  options: RunOptions,
): Promise<RunReport> {
  const started = ports.clock.now();
  const report = (looked: Looked, applied: readonly AppliedMigration[]): RunReport =>
    settled(snapshot, looked, applied, ports.clock.now() - started);
  const tellPlan = ({ plan, statuses }: Looked): void => {
    const { revision } = snapshot;
    const [steps, total] = [plan.steps.length, statuses.length];
    ports.emit({ kind: 'run-planned', revision, steps, total });
  };
  const agreement = await askAgreement(session, snapshot, firstLook(options));
  const held = isDue(agreement, snapshot, options) ? await locks.tryLock() : null;
  let hasHistory = true;
  if (held === null) {
    const first = await lookGiven(agreement, session, snapshot, firstLook(options));
    tellPlan(first);
    if (first.plan.steps.length === 0 || options.dryRun) return report(first, []);
    ({ hasHistory } = first);
  }
  const context = {
    ...{ ...ports, ...options },
    database: locks,
    signal: ports.stop.soon,
    ...{ session, hasHistory, held },
  };
  return withRunLock(context, async (history, lock) => {
    const locked = lookThrough(snapshot, history, options);
    if (held !== null) tellPlan(locked);
    const applied = await applyAll(locked, lock, snapshot, { ...ports, session }, options);
    const left = await look(session, snapshot, options);
    return report({ ...left, plan: locked.plan }, applied);
  });
}

/**
 * Whether there is so surely something to apply that the lock may be asked for before the rows are read: no policy says
 * that new content stays out.
 */
function isDue(agreement: Agreement, snapshot: Snapshot, options: RunOptions): boolean {
  const { expects, dryRun, policy } = options;
  const isWanted = !dryRun && policy.onChange === 'rerun' && policy.to === null;
  const wasAsked = askedAhead(snapshot, firstLook(options)) !== undefined;
  return expects === 'new content' && isWanted && wasAsked && agreement === 'differs';
}

/** The report of a run that is over. */
export function settled(
  { revision, generation }: Snapshot,
  { statuses, details, plan: { kept, beyond } }: Looked,
  applied: readonly AppliedMigration[],
  durationMs: number,
): RunReport {
  return { revision, generation, statuses, details, applied, kept, beyond, durationMs };
}

async function applyAll(
  { details, plan }: ReturnType<typeof lookThrough>,
  lock: RunLock,
  { revision }: Snapshot,
  ports: RunPorts & { readonly session: Session },
  { policy, lockTimeoutMs }: RunOptions,
): Promise<readonly AppliedMigration[]> {
  const { emit } = ports;
  const applied: AppliedMigration[] = [];
  const late = new Set(details.filter(comesLate).map(({ key }) => key));
  // A file that cannot even be read has failed before its schema begins.
  const start = { inPlace: keysInPlace(details, plan), failed: details.filter(isRefused) };
  const of = plan.steps.length;
  await applySteps(plan.steps, start, {
    ...{ ...ports, lock, policy, revision, lockTimeoutMs },
    onStarted: ({ migration: { key } }, at) => {
      emit({ kind: 'migration-started', key, at, of });
    },
    onSettled: (step, outcome) => {
      const { key } = step.migration;
      if (outcome.kind === 'applied') {
        const { durationMs } = outcome;
        const done = { key, reason: step.reason, durationMs, outOfOrder: late.has(key) };
        applied.push(done);
        emit({ kind: 'migration-applied', ...done });
      } else tell(step, outcome, emit);
    },
  });
  return applied;
}

/** What is in the database, though perhaps not as the files say now: good enough for what requires it. */
function keysInPlace(
  statuses: readonly MigrationStatus[],
  { kept }: Plan,
): readonly MigrationKey[] {
  return statuses
    .filter(({ state, key }) => state === 'applied' || state === 'missing' || kept.includes(key))
    .map(({ key }) => key);
}

/** Is news only of what was never applied before. */
function comesLate({ outOfOrder, row }: MigrationStatus): boolean {
  return outOfOrder && (row?.firstAppliedAt ?? null) === null;
}

function isRefused({ state, migration }: MigrationStatus): boolean {
  return state === 'failed' && migration === null;
}

type Untold = Exclude<StepOutcome, { kind: 'applied' }>;

function tell({ migration: { key, path } }: Step, outcome: Untold, emit: Emit): void {
  switch (outcome.kind) {
    case 'already-applied':
      emit({ kind: 'migration-skipped', key });
      break;
    case 'refused':
    case 'failed':
      emit({ kind: 'migration-failed', key, path, failure: outcome.failure });
      break;
    case 'held':
      emit({ kind: 'migration-held', key, because: outcome.because });
      break;
  }
}
