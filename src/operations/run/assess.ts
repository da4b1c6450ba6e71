import { compare, type MigrationStanding, type MigrationStatus } from '../../core/run/compare.js';
import { headersOf } from '../../core/statements/headers.js';
import { Sent } from '../../core/run/applied.js';
import { emptyHistory, type History } from '../../core/run/history.js';
import type { LintHold } from '../../core/run/lint-hold.js';
import { short } from '../../core/text/words.js';
import type { Snapshot } from '../../core/files/migration.js';
import { type Plan, planRun, type Policy, retriedSteps } from '../../core/run/plan.js';
import type { AskedAhead, Clock, Session } from '../../core/ports.js';
import type { Emit } from '../../core/events.js';
import {
  type AppliedMigration,
  judge,
  type RunReport,
  standingsInPlace,
} from '../../core/run/report.js';
import {
  type Intent,
  isNews,
  type OwnIntent,
  type Standing,
  standingOf,
  timeOfReading,
} from '../../core/run/intents.js';

/** The state of the migrations, and what there is to do about it. */
export interface Assessment {
  readonly statuses: readonly MigrationStanding[];
  /** The same with each history row; null if the rows were not read. */
  readonly details: readonly MigrationStatus[] | null;
  readonly plan: Plan;
  /** False when there is no history at all. */
  readonly hasHistory: boolean;
}

export interface AssessOptions {
  readonly policy: Policy;
  /** The only schemas wanted, or null for all. */
  readonly schemas: readonly string[] | null;
  /** Read the whole history even if everything is applied. */
  readonly detailed: boolean;
}

/** The first question for a session that will be assessed, if it is known beforehand. */
export function askedAhead(
  { refused }: Pick<Snapshot, 'refused'>,
  { detailed, schemas }: Pick<AssessOptions, 'detailed' | 'schemas'>,
): AskedAhead | undefined {
  return detailed || refused.length > 0 ? undefined : { schemas };
}

/** Asks the database, and reads the rows of the history only if they are wanted or not everything is applied. */
export async function assess(
  session: Session,
  snapshot: Snapshot,
  options: AssessOptions,
): Promise<Assessment> {
  const ahead = askedAhead(snapshot, options);
  const agreement =
    ahead === undefined ? 'differs' : await session.agreement(snapshot.migrations, ahead.schemas);
  if (agreement === 'in place') return allInPlace(snapshot);
  const history = agreement === 'no history' ? emptyHistory : await session.history();
  return assessBy(history, snapshot, options);
}

/** The same with a history that was already read. */
export function assessBy(
  history: History,
  snapshot: Snapshot,
  { policy, schemas }: Omit<AssessOptions, 'detailed'>,
): Assessment & { readonly details: readonly MigrationStatus[] } {
  const details = compare(snapshot, history, schemas);
  const plan = planRun(details, policy, ({ sql }) => headersOf(sql));
  return { statuses: details, details, plan, hasHistory: history.layout !== null };
}

function allInPlace(snapshot: Snapshot): Assessment {
  const plan: Plan = { steps: [], kept: [], beyond: [] };
  return { statuses: standingsInPlace(snapshot), details: null, plan, hasHistory: true };
}

/** What one runner wants in the database, from the moment it first reads it: create one per revision read. */
export class RunnerIntent {
  /** What it has done for that. */
  readonly sent = new Sent<AppliedMigration>();
  /** Null until a server has told its time. */
  own: OwnIntent | null = null;
  /** Runs that began before that. */
  #unheard = 0;
  #isStated = false;
  /** The result of its last look. */
  isSuperseded = false;
  /** Time of the newest intent for this revision: in the last answer, and when everything was tried. */
  #newest: number | null = null;
  #triedFor: number | null = null;

  constructor(
    readonly revision: string,
    readonly schemas: readonly string[] | null,
    readonly clock: Pick<Clock, 'now'>,
    /** When the revision was first read, by that clock; default: now. */
    readonly readAt = clock.now(),
  ) {}

  /** A run for it begins. */
  begun(): void {
    if (this.own === null) this.#unheard += 1;
  }

  /** Everything that is due was tried: from now on what has not failed is left alone, until there is a new intent. */
  tried(isTried: boolean): void {
    this.#triedFor = isTried ? this.#newest : null;
  }

  get isRetry(): boolean {
    return this.#triedFor !== null && this.#triedFor === this.#newest;
  }

  /** From the session's last answer about the history; null if that has no table for intents. */
  standing(session: Session): Standing | null {
    const intents = session.intents();
    if (intents === null) return null;
    const { revision, schemas, clock, readAt } = this;
    const wanted = { revision, schemas };
    this.own ??= { ...wanted, at: timeOfReading(wanted, clock.now() - readAt, intents) };
    const standing = standingOf(this.own, intents);
    this.#newest = standing.kind === 'rules' ? (standing.recorded?.at ?? this.own.at) : null;
    return standing;
  }

  /** Records what the history does not say yet: that we want this revision, or that all its files are applied (`inFull`). */
  async state(session: Session, standing: Standing, inFull: boolean): Promise<void> {
    const { own } = this;
    const [isStated, isLate] = [this.#isStated, this.#unheard > 1];
    if (own === null || !isNews({ own, inFull, isStated, isLate }, standing)) return;
    await session.recordIntent(own, inFull);
    this.#isStated = true;
  }
}

interface StandContext {
  readonly session: Session;
  readonly ports: { readonly emit: Emit };
  readonly options: {
    readonly intent: RunnerIntent;
    readonly policy: Pick<Policy, 'onChange'>;
    readonly dryRun: boolean;
  };
}

/**
 * Records the runner's intent if the history does not have it yet, and returns the newer one for another revision, if there
 * is one. `statuses` are from the session's last answer. A dry run writes nothing.
 */
export async function takeStand(
  statuses: readonly MigrationStanding[],
  { session, ports: { emit }, options: { intent, policy, dryRun } }: StandContext,
): Promise<Intent | null> {
  const { revision } = intent;
  const standing = intent.standing(session);
  if (standing === null) return null;
  // A source without files cannot be applied in full.
  const verdict = judge(statuses, { allowEmpty: false, onChange: policy.onChange });
  if (!dryRun) await intent.state(session, standing, verdict.kind === 'up-to-date');
  const wasSuperseded = intent.isSuperseded;
  intent.isSuperseded = standing.kind === 'superseded';
  if (standing.kind === 'superseded') {
    emit({ kind: 'superseded', revision, by: standing.by });
    return standing.by;
  }
  if (wasSuperseded) emit({ kind: 'note', message: `revision ${short(revision)} is wanted again` });
  const { other } = standing;
  if (other !== null) emit({ kind: 'supersedes', revision, other, isDryRun: dryRun });
  return null;
}

/** A retry leaves alone what has not failed. */
export function dueIn<T extends Assessment>(assessed: T, { intent }: StandContext['options']): T {
  return intent.isRetry ? { ...assessed, plan: retriedSteps(assessed.plan) } : assessed;
}

export interface RunOutcome {
  readonly left: Assessment;
  readonly supersededBy: Intent | null;
  readonly heldByLint: LintHold | null;
}

/** The report of a finished run. */
export function reportOf(
  { revision, generation }: Snapshot,
  { left, applied, supersededBy, heldByLint }: RunOutcome & Pick<RunReport, 'applied'>,
  durationMs: number,
): RunReport {
  const { statuses, details, plan } = left;
  const found = { revision, generation, statuses, details, kept: plan.kept, beyond: plan.beyond };
  return { ...found, applied, supersededBy, heldByLint, durationMs };
}
