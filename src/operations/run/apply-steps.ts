import { Interrupted, lockLost, Transient } from '../../core/errors.js';
import type { MigrationKey } from '../../core/files/migration.js';
import {
  type UnreadableFile,
  unreadableBefore,
  inTurn,
  type Step,
  type Undone,
} from '../../core/run/plan.js';
import { RequiredKeys } from '../../core/run/applied.js';
import { judgeFile, type Judgement } from '../../core/statements/judge-file.js';
import {
  type Sendable,
  type StepOutcome,
  type StepsContext,
  Told,
  applyContended,
  askedOnce,
  limitNotices,
  reasonToWaitNow,
} from './apply-step.js';
import { type AskEffects, LeftBehind } from './left-behind.js';
import { lookEveryMs, lookOut } from './look-out.js';
import { explained, held, recorded } from './record-outcome.js';

interface StartingPoint {
  /** What is already in the database. */
  readonly inPlace: readonly MigrationKey[];
  /** Files that cannot even be read. */
  readonly unreadable: readonly UnreadableFile[];
}

/**
 * Reads all files, and reports the refused ones before it sends any. Then goes through the others: holds, applies, and
 * records failures. Throws `Interrupted` when told to stop: between two files, or by cancelling what the server is doing.
 */
export async function applySteps(
  steps: readonly Step[],
  start: StartingPoint,
  context: StepsContext,
): Promise<void> {
  const { session, stop } = context;
  const cancel = (): void => {
    session.cancel();
  };
  stop.now.addEventListener('abort', cancel);
  try {
    await takeSteps(steps, start, context);
  } finally {
    stop.now.removeEventListener('abort', cancel);
  }
}

async function takeSteps(
  steps: readonly Step[],
  { inPlace, unreadable }: StartingPoint,
  context: StepsContext,
): Promise<void> {
  const told = new Told(context);
  const taking = new Taking(told, context);
  const applied = new RequiredKeys(inPlace);
  let leftBehind: LeftBehind | null = null;
  try {
    const sendable = await taking.refuseAhead(steps);
    for (const step of inTurn(steps, applied)) {
      const { migration } = step;
      const { key, schema, sql } = migration;
      const undone = [...unreadableBefore(migration, unreadable), ...(leftBehind?.undone ?? [])];
      const effects = askedOnce(() => context.sqlReader.effects(sql));
      const judgement = await taking.judgementNow(step, sendable);
      const state =
        judgement === null
          ? 'failed'
          : await taking.take(step, judgement, { applied, undone, leftBehind }, effects);
      if (state === 'applied') applied.add(key);
      else (leftBehind ??= new LeftBehind()).add({ key, schema, state }, effects);
    }
  } catch (error) {
    if (error instanceof Interrupted && !context.stop.now.aborted) await told.flush();
    throw error;
  }
  await told.flush();
}

/** How a file is sent; null for one that is refused. */
type Judged = ReadonlyMap<MigrationKey, Sendable | null>;

class Taking {
  #begun = 0;
  #lookedAt: number;
  #of = 0;
  /** Something was applied that later failed files may need. */
  #hasApplied = false;

  constructor(
    readonly told: Told,
    readonly context: StepsContext,
  ) {
    this.#lookedAt = context.clock.now();
  }

  /**
   * Judges all files that are not left alone. Refused ones are reported at once, in order, whatever happens to those before
   * them.
   */
  async refuseAhead(steps: readonly Step[]): Promise<Judged> {
    const tried = steps.filter((step) => !this.#leavesAlone(step));
    this.#of = tried.length;
    const judged = new Map<MigrationKey, Sendable | null>();
    for (const step of tried) judged.set(step.migration.key, await this.#judge(step));
    return judged;
  }

  /** Null for a file that is refused, or left alone. */
  async judgementNow(step: Step, judged: Judged): Promise<Sendable | null> {
    const judgement = judged.get(step.migration.key);
    if (judgement !== undefined) return judgement;
    return this.#leavesAlone(step) ? null : this.#judge(step);
  }

  #leavesAlone({ migration }: Step): boolean {
    return !this.#hasApplied && this.context.retries?.leavesAlone(migration) === true;
  }

  async #judge(step: Step): Promise<Sendable | null> {
    if (this.context.stop.soon.aborted) throw new Interrupted();
    const { sql } = step.migration;
    const judgement = judgeFile(sql, await this.context.sqlReader.read(sql), step.headers);
    if (judgement.kind !== 'refused') return judgement;
    await this.#refuse(step, judgement);
    return null;
  }

  async take(
    step: Step,
    judgement: Sendable,
    progress: Parameters<typeof reasonToWaitNow>[1],
    effects: AskEffects,
  ): Promise<'applied' | Undone['state']> {
    await this.#begin(step);
    const { context } = this;
    const because = await reasonToWaitNow(step, progress, context.policy, effects);
    const outcome =
      because === null ? await apply(step, judgement, context) : await held(step, because, context);
    await this.told.settle(step, outcome);
    if (outcome.kind === 'held') return 'held';
    if (outcome.kind === 'refused' || outcome.kind === 'failed') return 'failed';
    this.#hasApplied = true;
    return 'applied';
  }

  async #refuse(step: Step, judgement: Extract<Judgement, { kind: 'refused' }>): Promise<void> {
    await this.#begin(step);
    await this.told.settle(step, await recorded(step, judgement, this.context));
  }

  async #begin(step: Step): Promise<void> {
    if (this.context.stop.soon.aborted) throw new Interrupted();
    if (!this.context.lock.isHeld()) {
      await this.told.flush();
      throw new Transient(lockLost, null);
    }
    const isDue = this.context.clock.now() - this.#lookedAt >= lookEveryMs;
    if (isDue) this.#lookedAt = await lookOut(this.context, () => this.told.flush());
    this.#begun += 1;
    this.context.onStarted(step, this.#begun, Math.max(this.#of, this.#begun));
  }
}

async function apply(step: Step, judgement: Sendable, context: StepsContext): Promise<StepOutcome> {
  const { migration, headers } = step;
  const { emit, revision } = context;
  const notices = limitNotices(migration, context);
  if (judgement.kind === 'transaction' && judgement.dissolved > 0)
    emit({ kind: 'pairs-dissolved', key: migration.key, pairs: judgement.dissolved });
  try {
    const outcome = await applyContended(
      {
        migration,
        judgement,
        literals: () => context.sqlReader.literals(migration.sql),
        revision,
        lockTimeoutMs: headers.lockTimeoutMs ?? context.lockTimeoutMs,
        onNotice: notices.take,
        onProgress: (progress) => {
          emit({ kind: 'migration-slow', key: migration.key, progress });
        },
      },
      context,
    );
    if (outcome.kind !== 'failed') return outcome;
    const failure = explained(step, outcome, context);
    return await recorded(step, { kind: 'failed', failure }, context);
  } finally {
    notices.finish();
  }
}
