import { Interrupted } from '../../core/errors.js';
import type { Emit } from '../../core/events.js';
import type { MigrationFailure } from '../../core/failure/failure.js';
import { noticeMask } from '../../core/failure/mask/mask-notice.js';
import { contentionTries, isContended, sqlstates } from '../../core/failure/sqlstates.js';
import type { Migration } from '../../core/files/migration.js';
import type {
  ApplyOutcome,
  Clock,
  Database,
  RunLock,
  ServerNotice,
  Session,
  SqlReader,
  Stop,
  Work,
} from '../../core/ports.js';
import {
  type Policy,
  type Progress,
  type Step,
  reasonOfEffects,
  reasonToHold,
  undoneBefore,
} from '../../core/run/plan.js';
import type { Judgement } from '../../core/statements/judge-file.js';
import { backoffMs, contentionBackoff } from '../../core/watch/backoff.js';
import type { AskEffects, LeftBehind } from './left-behind.js';
import type { Retries } from './retries.js';

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

/** A file that may be sent. */
export type Sendable = Exclude<Judgement, { kind: 'refused' }>;

/** Asks once, and returns the same answer from then on. */
export function askedOnce(ask: AskEffects): AskEffects {
  let answer: ReturnType<AskEffects> | null = null;
  return () => (answer ??= ask());
}

/** Why the step must wait for others; null if it may be taken now. */
export async function reasonToWaitNow(
  step: Step,
  progress: Progress & { readonly leftBehind: LeftBehind | null },
  policy: Policy,
  effects: AskEffects,
): Promise<string | null> {
  const { schema } = step.migration;
  const because = reasonToHold(step, progress, policy);
  const undone = undoneBefore(step.migration, progress);
  if (because !== null || undone.length === 0) return because;
  const earlier = (await progress.leftBehind?.earlierIn(schema)) ?? null;
  return reasonOfEffects(await effects(), undone, earlier);
}

/** A loop with RAISE NOTICE can send a hundred thousand messages; a person reads the first few. */
const noticesShown = 20;

export function limitNotices(
  { key, sql }: Migration,
  { sqlReader, emit }: StepContext,
): { take: (notice: ServerNotice) => void; finish: () => void } {
  let seen = 0;
  let masked: ((message: string) => string) | null = null;
  return {
    take: ({ severity, message }) => {
      seen += 1;
      if (seen > noticesShown) return;
      // Few files produce notices; only those are scanned for literals to mask.
      masked ??= noticeMask(sql, sqlReader.literals(sql));
      emit({ kind: 'notice', key, notice: { severity, message: masked(message) } });
    },
    finish: () => {
      if (seen > noticesShown) emit({ kind: 'notices-dropped', key, count: seen - noticesShown });
      seen = 0;
    },
  };
}

/** A listener may have requested it just now, when there was nothing to cancel yet. */
function endIfCancelled({ now }: Stop): void {
  if (now.aborted) throw new Interrupted();
}

/**
 * Applies a file, and retries after a pause if it lost to another session; returns the last outcome. When told to stop,
 * throws `Interrupted`: a file that we aborted has not failed.
 */
export async function applyContended(
  work: Work,
  { session, clock, emit, stop }: StepContext,
): Promise<ApplyOutcome> {
  const { key } = work.migration;
  for (let attempt = 0; ; attempt += 1) {
    endIfCancelled(stop);
    const outcome = await session.apply(work);
    if (outcome.kind !== 'failed') return outcome;
    const { sqlstate } = outcome.error;
    if (stop.now.aborted || (stop.soon.aborted && sqlstate === sqlstates.queryCanceled))
      throw new Interrupted();
    if (!isContended(sqlstate) || attempt + 1 === contentionTries) return outcome;
    const inMs = backoffMs(attempt, clock.random(), contentionBackoff);
    emit({ kind: 'migration-retried', key, sqlstate, inMs });
    await clock.sleep(inMs, stop.soon);
  }
}

export type StepOutcome =
  | { readonly kind: 'applied'; readonly durationMs: number }
  | { readonly kind: 'already-applied' }
  | {
      readonly kind: 'refused' | 'failed';
      readonly failure: MigrationFailure;
      /** Why the history could not store it. */
      readonly notRecorded?: string;
    }
  | { readonly kind: 'held'; readonly because: string; readonly notRecorded?: string };

export interface StepsContext extends StepContext {
  readonly database: Pick<Database, 'look'>;
  readonly lock: RunLock;
  /** Null: every step is tried. */
  readonly retries: Retries | null;
  /** Called when a step begins: `at` is its position among the steps begun so far, from 1, `of` how many there will be. */
  readonly onStarted: (step: Step, at: number, of: number) => void;
  /** Called in order; for what was applied, once that is durable. */
  readonly onSettled: (step: Step, outcome: StepOutcome) => void;
}

/** Milliseconds between two flushes while files are small: a flush takes as long as one of them. */
const flushEveryMs = 1_000;
/** A file that took this many milliseconds is flushed and reported at once. */
const longMs = 100;

/** Reports steps in order, and applied ones only when a server crash can no longer undo them. */
export class Told {
  #untold: { readonly step: Step; readonly outcome: StepOutcome }[] = [];
  #flushedAt: number;
  #settledAt: number;
  /** A failure was reported before it is durable: after a crash that file is only tried again. */
  #isAhead = false;

  constructor(readonly context: StepsContext) {
    this.#flushedAt = this.#settledAt = context.clock.now();
  }

  async settle(step: Step, outcome: StepOutcome): Promise<void> {
    this.#untold.push({ step, outcome });
    const failed = outcome.kind === 'failed' || outcome.kind === 'refused';
    const now = this.context.clock.now();
    const isTime = now - this.#settledAt >= longMs || now - this.#flushedAt >= flushEveryMs;
    this.#settledAt = now;
    if (failed && outcome.notRecorded !== undefined) return this.#tellUnrecorded(step, outcome);
    this.#isAhead ||= failed;
    if (failed && !this.#holdsApplied()) this.#tell();
    else if (failed || isTime) await this.flush();
  }

  /** The file's own error is reported first, whatever happens to those before it. */
  async #tellUnrecorded(step: Step, outcome: StepOutcome): Promise<void> {
    this.#untold.pop();
    try {
      if (this.#holdsApplied()) await this.flush();
      else this.#tell();
    } finally {
      this.context.onSettled(step, outcome);
    }
  }

  async flush(): Promise<void> {
    const { session, stop, clock } = this.context;
    const holdsApplied = this.#holdsApplied();
    // Nothing would cancel it any more, and a commit may wait for a standby forever.
    if (holdsApplied && stop.now.aborted) throw new Interrupted();
    if (holdsApplied || (this.#isAhead && !stop.now.aborted)) await session.flush();
    this.#isAhead = false;
    this.#tell();
    this.#flushedAt = clock.now();
  }

  #holdsApplied(): boolean {
    return this.#untold.some(({ outcome }) => outcome.kind === 'applied');
  }

  #tell(): void {
    for (const { step, outcome } of this.#untold) this.context.onSettled(step, outcome);
    this.#untold = [];
  }
}
