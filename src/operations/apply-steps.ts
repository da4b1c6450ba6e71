import { Interrupted, lockLost, Transient } from '../core/errors.js';
import type { MigrationKey } from '../core/migration.js';
import { inTurn, type Step } from '../core/plan.js';
import type { Feed, RunLock, Stopped, Work } from '../core/ports.js';
import {
  type Decided,
  decideStep,
  explained,
  limitNotices,
  type StepContext,
} from './apply-step.js';
import { retryContended } from './retry-contended.js';

export type StepOutcome =
  | { readonly kind: 'applied'; readonly durationMs: number }
  | { readonly kind: 'already-applied' }
  | { readonly kind: 'refused' | 'failed'; readonly failure: ReturnType<typeof explained> }
  | { readonly kind: 'held'; readonly because: string };

export interface StepsContext extends StepContext {
  readonly lock: RunLock;
  /** Called when a step begins: `at` is its number among those that have begun, from 1. */
  readonly onStarted: (step: Step, at: number) => void;
  readonly onSettled: (step: Step, outcome: StepOutcome) => void;
}

export interface StartingPoint {
  /** What is in the database already. */
  readonly inPlace: readonly MigrationKey[];
  readonly failed: readonly { readonly key: MigrationKey; readonly schema: string }[];
}

/** Takes the steps in turn: holds, refuses, applies, and records what failed. */
export async function applySteps(
  steps: readonly Step[],
  start: StartingPoint,
  context: StepsContext,
): Promise<void> {
  const turns = new Turns(steps, start, context);
  for (let goesOn = true; goesOn;) goesOn = await turns.round();
}

/** A step that may not be sent: the run ends here, or something is to be recorded when all before it are answered. */
type Halt =
  | {
      readonly kind: 'step';
      readonly step: Step;
      readonly decided: Exclude<Decided, { kind: 'apply' }>;
    }
  | { readonly kind: 'over'; readonly error: Error | null };

/**
 * Files are sent before those in front of them are answered, as if those were applied; that decides their order and
 * whether they are held. When one is not applied, nothing behind it has run, and their turn is decided anew.
 */
class Turns {
  readonly #inPlace: Set<MigrationKey>;
  readonly #failed: { key: MigrationKey; schema: string }[];
  readonly #begun = new Set<Step>();
  readonly #settled = new Set<Step>();
  /** Given to the session and not answered. */
  readonly #sent = new Map<Work, Step>();
  /** Tells how many notices of a file were left out. */
  readonly #endNotices = new WeakMap<Work, () => void>();
  #turn: Iterator<Step, void>;
  #halt: Halt | null = null;

  constructor(
    readonly steps: readonly Step[],
    { inPlace, failed }: StartingPoint,
    readonly context: StepsContext,
  ) {
    this.#inPlace = new Set(inPlace);
    this.#failed = [...failed];
    this.#turn = inTurn(steps, this.#inPlace);
  }

  /** Goes on until something has to be done between two files; false when all is done. */
  async round(): Promise<boolean> {
    const stopped = await this.#apply(() => this.#next());
    const halt = this.#halt;
    this.#halt = null;
    if (stopped !== null) {
      await this.#settleStopped(stopped);
      return true;
    }
    if (halt?.kind === 'step') await this.#settle(halt.step, halt.decided);
    else if (halt?.error) throw halt.error;
    return halt?.kind === 'step';
  }

  /** The feed: what comes next if all that was sent is applied. */
  async #next(): Promise<Work | null> {
    if (this.#halt !== null) return null;
    const { value: step } = this.#turn.next();
    const error = step === undefined ? null : this.#reasonToEnd();
    if (step === undefined || error !== null) {
      this.#halt = { kind: 'over', error };
      return null;
    }
    const progress = { applied: this.#inPlace, failed: this.#failed };
    const decided = await decideStep(step, progress, this.context);
    if (decided.kind !== 'apply') {
      this.#halt = { kind: 'step', step, decided };
      return null;
    }
    const work = this.#workOf(step, decided);
    this.#sent.set(work, step);
    this.#inPlace.add(step.migration.key);
    return work;
  }

  #reasonToEnd(): Error | null {
    if (this.context.stop.soon.aborted) return new Interrupted();
    return this.context.lock.isHeld() ? null : new Transient(lockLost, null);
  }

  #workOf(step: Step, { judgement }: Extract<Decided, { kind: 'apply' }>): Work {
    const { emit, stop, session, revision, lockTimeoutMs } = this.context;
    const { migration, headers } = step;
    const notices = limitNotices(migration, this.context);
    const work: Work = {
      ...{ migration, judgement, revision },
      lockTimeoutMs: headers.lockTimeoutMs ?? lockTimeoutMs,
      onStarted: () => {
        this.#start(step);
        // It was in flight when we were told to begin nothing new.
        if (stop.soon.aborted) session.cancel();
      },
      onApplied: (durationMs) => {
        notices.finish();
        this.#sent.delete(work);
        this.#done(step, { kind: 'applied', durationMs });
      },
      onNotice: notices.take,
      onProgress: (progress) => {
        emit({ kind: 'migration-slow', key: migration.key, progress });
      },
    };
    this.#endNotices.set(work, notices.finish);
    return work;
  }

  #start(step: Step): void {
    if (this.#begun.has(step)) return;
    this.#begun.add(step);
    this.context.onStarted(step, this.#begun.size);
  }

  #done(step: Step, outcome: StepOutcome): void {
    this.#settled.add(step);
    const { key, schema } = step.migration;
    if (outcome.kind === 'applied' || outcome.kind === 'already-applied') this.#inPlace.add(key);
    else if (outcome.kind !== 'held') this.#failed.push({ key, schema });
    this.context.onSettled(step, outcome);
  }

  async #apply(feed: Feed): Promise<Stopped | null> {
    const { lock, session, stop } = this.context;
    const closeGate = (): void => {
      lock.closeGate();
    };
    const cancel = (): void => {
      session.cancel();
    };
    stop.soon.addEventListener('abort', closeGate);
    stop.now.addEventListener('abort', cancel);
    try {
      const stopped = await session.apply(feed);
      if (stopped !== null) this.#endNotices.get(stopped.work)?.();
      return stopped;
    } finally {
      stop.soon.removeEventListener('abort', closeGate);
      stop.now.removeEventListener('abort', cancel);
    }
  }

  async #settleStopped({ work, outcome }: Stopped): Promise<void> {
    const step = this.#sent.get(work);
    for (const { migration } of this.#sent.values()) this.#inPlace.delete(migration.key);
    this.#sent.clear();
    if (step !== undefined) {
      const last = await retryContended(
        { work, outcome },
        (feed) => this.#apply(feed),
        this.context,
      );
      if (last?.kind === 'already-applied') this.#done(step, last);
      else if (last?.kind === 'failed') {
        await this.#settle(step, { kind: 'failed', failure: explained(step, last, this.context) });
      }
    }
    const rest = this.steps.filter((each) => !this.#settled.has(each));
    this.#turn = inTurn(rest, this.#inPlace);
  }

  async #settle(
    step: Step,
    outcome: Extract<StepOutcome, { kind: 'refused' | 'failed' | 'held' }>,
  ): Promise<void> {
    const { session, revision } = this.context;
    const { migration } = step;
    this.#start(step);
    if (outcome.kind === 'held') await session.recordHeld({ migration, revision }, outcome.because);
    else await session.recordFailure({ migration, revision }, outcome.failure);
    this.#done(step, outcome);
  }
}
