import { backoffMs, contentionBackoff } from '../core/backoff.js';
import { Interrupted } from '../core/errors.js';
import type { Emit } from '../core/events.js';
import { explainFailure } from '../core/explain-failure.js';
import type { MigrationFailure } from '../core/failure.js';
import { judgeFile, type Judgement } from '../core/judge-file.js';
import { noticeMask } from '../core/mask-notice.js';
import type { Migration } from '../core/migration.js';
import { type Policy, type Progress, reasonToHold, type Step } from '../core/plan.js';
import type { ApplyOutcome, Clock, ServerNotice, Session, SqlReader, Stop } from '../core/ports.js';

export interface StepContext {
  readonly session: Session;
  readonly sqlReader: SqlReader;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly stop: Stop;
  readonly policy: Policy;
  readonly revision: string;
  readonly lockTimeoutMs: number;
}

export type StepOutcome =
  | { readonly kind: 'applied'; readonly durationMs: number }
  | { readonly kind: 'already-applied' }
  | { readonly kind: 'failed'; readonly failure: MigrationFailure }
  | { readonly kind: 'held'; readonly because: string };

/** Tries one migration: judge it, hold it if it must wait, apply it, record a failure. */
export async function applyStep(
  step: Step,
  progress: Progress,
  context: StepContext,
): Promise<StepOutcome> {
  const { migration, headers } = step;
  const judgement = judgeFile(migration.sql, await context.sqlReader.read(migration.sql), headers);
  const destroys = judgement.kind === 'refused' ? null : judgement.destroys;
  const because = reasonToHold(step, destroys, progress, context.policy);
  if (because !== null) {
    await context.session.recordHeld({ migration, revision: context.revision }, because);
    return { kind: 'held', because };
  }
  const outcome =
    judgement.kind === 'refused' ? judgement : await applyPatiently(step, judgement, context);
  if (outcome.kind === 'applied' || outcome.kind === 'already-applied') return outcome;
  const failure =
    outcome.kind === 'refused' ? outcome.failure : explained(step, outcome, context.sqlReader);
  await context.session.recordFailure({ migration, revision: context.revision }, failure);
  return { kind: 'failed', failure };
}

/** Somebody else's lock, a deadlock or a lost serialization race: the same file may go through a moment later. */
const contention: ReadonlySet<string> = new Set(['55P03', '40P01', '40001']);
const contentionTries = 5;

async function applyPatiently(
  step: Step,
  judgement: Exclude<Judgement, { kind: 'refused' }>,
  context: StepContext,
): Promise<ApplyOutcome> {
  const { clock, emit, stop } = context;
  const { key } = step.migration;
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await applyOnce(step, judgement, context);
    if (outcome.kind !== 'failed') return outcome;
    if (stop.now.aborted) throw new Interrupted();
    const { sqlstate } = outcome.error;
    if (!contention.has(sqlstate) || attempt + 1 === contentionTries) return outcome;
    const inMs = backoffMs(attempt, clock.random(), contentionBackoff);
    emit({ kind: 'migration-retried', key, sqlstate, inMs });
    await clock.sleep(inMs, stop.soon);
  }
}

async function applyOnce(
  { migration, headers }: Step,
  judgement: Exclude<Judgement, { kind: 'refused' }>,
  { session, sqlReader, emit, stop, revision, lockTimeoutMs }: StepContext,
): Promise<ApplyOutcome> {
  const notices = limitNotices(migration, sqlReader, emit);
  const cancel = (): void => {
    session.cancel();
  };
  stop.now.addEventListener('abort', cancel);
  try {
    return await session.apply({
      migration,
      judgement,
      revision,
      lockTimeoutMs: headers.lockTimeoutMs ?? lockTimeoutMs,
      onNotice: notices.take,
      onProgress: (progress) => {
        emit({ kind: 'migration-slow', key: migration.key, progress });
      },
    });
  } finally {
    stop.now.removeEventListener('abort', cancel);
    notices.finish();
  }
}

function explained(
  { migration }: Step,
  { error, pieceStart, singleStatement }: Extract<ApplyOutcome, { kind: 'failed' }>,
  sqlReader: SqlReader,
): MigrationFailure {
  const literals = sqlReader.literals(migration.sql);
  return explainFailure({ text: migration.sql, pieceStart, singleStatement, error, literals });
}

/** A loop with RAISE NOTICE can say a hundred thousand things; a person reads the first of them. */
const noticesShown = 20;

function limitNotices(
  { key, sql }: Migration,
  sqlReader: SqlReader,
  emit: Emit,
): { take: (notice: ServerNotice) => void; finish: () => void } {
  let seen = 0;
  let masked: ((message: string) => string) | null = null;
  return {
    take: ({ severity, message }) => {
      seen += 1;
      if (seen > noticesShown) return;
      // Few files make the server say anything; the others are not looked through for it.
      masked ??= noticeMask(sql, sqlReader.literals(sql));
      emit({ kind: 'notice', key, notice: { severity, message: masked(message) } });
    },
    finish: () => {
      if (seen > noticesShown) emit({ kind: 'notices-dropped', key, count: seen - noticesShown });
    },
  };
}
