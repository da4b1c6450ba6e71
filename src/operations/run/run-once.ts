import { type MigrationStatus, withFailures } from '../../core/run/compare.js';
import type { Emit, PgmEvent } from '../../core/events.js';
import type { MigrationKey, Snapshot } from '../../core/files/migration.js';
import type { MigrationFailure } from '../../core/failure/failure.js';
import type { Due, LintHold } from '../../core/run/lint-hold.js';
import { comesLate, keysInPlace } from '../../core/run/applied.js';
import type { Step } from '../../core/run/plan.js';
import type { RunLock, Session } from '../../core/ports.js';
import type { RunReport } from '../../core/run/report.js';
import type { StepOutcome } from './apply-step.js';
import { applySteps } from './apply-steps.js';
import {
  askedAhead,
  assess,
  assessBy,
  type Assessment,
  dueIn,
  reportOf,
  type RunOutcome,
  takeStand,
} from './assess.js';
import { connectEnsured, greet } from './connect.js';
import type { RunOptions, RunPorts } from './run-ports.js';
import { lockContextOf, withRunLock } from './with-run-lock.js';

/**
 * One pass over a snapshot that was already read: compare, plan, lock, apply, record, report. A missing database is
 * created, except by a dry run, which throws `DatabaseMissing`. A run that finds nothing to do takes no lock and writes
 * nothing. Throws `Transient` when the connection fails during the run; what was committed until then stays recorded, and
 * the next run continues from there.
 */
export async function runOnce(
  snapshot: Snapshot,
  ports: RunPorts,
  options: RunOptions,
): Promise<RunReport> {
  options.intent.begun();
  const session = await connect(snapshot, ports, options);
  try {
    await greet(session, ports, options);
    await options.admit?.(session);
    const started = ports.clock.now();
    const run = { ports, options, session };
    const assessed = await assess(session, snapshot, options);
    await tellFound(run);
    const supersededBy = await takeStand(assessed.statuses, run);
    const seen = dueIn(assessed, options);
    tellPlan(seen, snapshot, ports.emit);
    const heldByLint = supersededBy === null ? await judged(seen, { ...run, snapshot }) : null;
    const isOver =
      seen.plan.steps.length === 0 ||
      options.dryRun ||
      supersededBy !== null ||
      heldByLint !== null;
    if (!isOver) await options.guard?.beforeFilling(seen.hasHistory);
    const outcome = isOver
      ? { left: seen, supersededBy, heldByLint }
      : await applyUnderLock(snapshot, run);
    const done = { ...outcome, applied: options.intent.sent.take() };
    const report = reportOf(snapshot, done, ports.clock.now() - started);
    await options.afterwards?.(report, session);
    return report;
  } finally {
    await session.close();
  }
}

function connect(snapshot: Snapshot, ports: RunPorts, options: RunOptions): Promise<Session> {
  const ahead = askedAhead(snapshot, options);
  return options.dryRun
    ? ports.database.connect(ahead)
    : connectEnsured(ports, ahead, options.guard);
}

/** What an earlier run has applied and could not report, as its connection was lost; first it is made durable. */
async function tellFound({ session, ports: { emit }, options: { intent } }: Run): Promise<void> {
  const { sent, revision } = intent;
  if (sent.isReported) return;
  const { askedFrom: host = null } = await session.facts();
  const found = sent.found(await session.history(), { revision, host });
  if (found.length > 0) await session.flush();
  for (const applied of found) {
    sent.reported(applied.key, applied);
    emit({ kind: 'migration-applied', ...applied });
  }
}

function tellPlan({ plan, statuses }: Assessment, { revision }: Snapshot, emit: Emit): void {
  emit({ kind: 'run-planned', revision, steps: plan.steps.length, total: statuses.length });
}

async function judged(
  { details, plan }: Assessment,
  { snapshot, options: { gate }, session }: Run & Pick<Due, 'snapshot'>,
): Promise<LintHold | null> {
  if (!gate || details === null || plan.steps.length === 0) return null;
  const { version } = await session.facts();
  return gate.look({ snapshot, details, plan }, version);
}

interface Run {
  readonly ports: RunPorts;
  readonly options: RunOptions;
  readonly session: Session;
}

/** What was due before we got the lock may be done or no longer wanted by now, so it is planned again under the lock. */
async function applyUnderLock(snapshot: Snapshot, run: Run): Promise<RunOutcome> {
  const { ports, options, session } = run;
  return withRunLock(session, lockContextOf(ports, options), async (history, lock) => {
    const assessed = assessBy(history, snapshot, options);
    const supersededBy = await takeStand(assessed.statuses, run);
    const locked = dueIn(assessed, options);
    const heldByLint = supersededBy === null ? await judged(locked, { ...run, snapshot }) : null;
    if (supersededBy !== null || heldByLint !== null)
      return { left: locked, supersededBy, heldByLint };
    if (locked.plan.steps.length > 0) await options.keeper?.before(session, snapshot);
    const failures = await applyAll(locked, lock, { ...run, snapshot });
    const seen = await assess(session, snapshot, options);
    const statuses = withFailures(seen.statuses, failures);
    const details = seen.details && withFailures(seen.details, failures);
    const left = { ...seen, statuses, details, plan: locked.plan };
    const by = await takeStand(seen.statuses, run);
    return { left, supersededBy: by, heldByLint: null };
  });
}

/** Returns the failures, including those that the history could not store, or lost after accepting them (a trigger on its tables). */
async function applyAll(
  { details, plan }: ReturnType<typeof assessBy>,
  lock: RunLock,
  { session, ports, options, snapshot }: Run & { readonly snapshot: Snapshot },
): Promise<ReadonlyMap<MigrationKey, MigrationFailure>> {
  const { emit } = ports;
  const { policy, lockTimeoutMs, retries } = options;
  const { sent } = options.intent;
  const failures = new Map<MigrationKey, MigrationFailure>();
  const late = new Set(details.filter(comesLate).map(({ key }) => key));
  const start = { inPlace: keysInPlace(details, plan), unreadable: details.filter(isRefused) };
  await applySteps(plan.steps, start, {
    ...ports,
    session,
    lock,
    policy,
    lockTimeoutMs,
    retries,
    revision: snapshot.revision,
    onStarted: ({ migration, reason }, at, of) => {
      const { key } = migration;
      sent.begun(migration, { key, reason, durationMs: 0, outOfOrder: late.has(key) });
      emit({ kind: 'migration-started', key, at, of });
    },
    onSettled: (step, outcome) => {
      const event = settledEvent(step, outcome, late);
      sent.reported(event.key, event.kind === 'migration-applied' ? event : null);
      emit(event);
      if ('failure' in outcome) failures.set(step.migration.key, outcome.failure);
      if ('notRecorded' in outcome) {
        const what = outcome.kind === 'held' ? 'that it is held' : 'the failure';
        const message = `${step.migration.path}: ${what} is not in the history: ${outcome.notRecorded}`;
        emit({ kind: 'warning', message });
      }
    },
  });
  return failures;
}

function isRefused({ state, migration }: MigrationStatus): boolean {
  return state === 'failed' && migration === null;
}

type SettledEvent = Extract<
  PgmEvent,
  { kind: `migration-${'applied' | 'skipped' | 'failed' | 'held'}` }
>;

/** `late`: keys that were applied after a later one of their schema. */
function settledEvent(
  { migration: { key, path }, reason }: Step,
  outcome: StepOutcome,
  late: ReadonlySet<MigrationKey>,
): SettledEvent {
  switch (outcome.kind) {
    case 'applied': {
      const { durationMs } = outcome;
      return { kind: 'migration-applied', key, reason, durationMs, outOfOrder: late.has(key) };
    }
    case 'already-applied':
      return { kind: 'migration-skipped', key };
    case 'refused':
    case 'failed':
      return { kind: 'migration-failed', key, path, failure: outcome.failure };
    case 'held':
      return { kind: 'migration-held', key, because: outcome.because };
  }
}
