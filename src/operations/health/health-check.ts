import { compare } from '../../core/run/compare.js';
import type { DriftSeen } from '../../core/drift/drift-seen.js';
import type { History } from '../../core/run/history.js';
import type { Snapshot } from '../../core/files/migration.js';
import type { Clock, Database, Observer } from '../../core/ports.js';
import { EverInFull } from '../../core/watch/ever-in-full.js';
import {
  assessReadiness,
  type Health,
  needsRun,
  notReady,
  type Readiness,
  type Sight,
} from '../../core/watch/readiness.js';
import {
  type Intent,
  intentFor,
  type Intents,
  type OwnIntent,
  type Standing,
  standingOf,
  standingSeen,
} from '../../core/run/intents.js';
import type { LintHold } from '../../core/run/lint-hold.js';
import { judgeRun, pinnedKeys } from '../../core/run/report.js';
import { type Known, Probed } from './probed.js';

export interface HealthCheckOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly schemas: readonly string[] | null;
  readonly allowEmpty: boolean;
  readonly onChange: 'rerun' | 'warn' | 'fail';
  readonly readiness: Readiness;
  /** The newest snapshot; null while there is no source. */
  readonly snapshot: () => Snapshot | null;
  /** What the loop is doing, worded for a public endpoint; null for nothing in particular. */
  readonly activity: () => string | null;
  /** True once the process was told to stop: then it is not ready, whatever the database says. */
  readonly stopping: () => boolean;
  /** What the last look for drift found; omitted if nobody looks. */
  readonly drift?: () => DriftSeen | null;
  /** Called when a run would find something to do, or to say; omitted if nothing is run. */
  readonly onLacking?: () => void;
  /** Called when the server has answered a question; omitted if nobody waits for it. */
  readonly onAnswered?: () => void;
  /** Called when PostgreSQL answers again, at most once a minute; omitted if nothing is run. */
  readonly onBack?: () => void;
  /** What this process wants, null until that is settled; omitted if nothing is run. */
  readonly ownIntent?: () => OwnIntent | null;
  /** What `--lint` found in the snapshot; omitted if nothing is run. */
  readonly heldByLint?: () => LintHold | null;
}

/** The answer of the database to a probe. */
interface Answer {
  readonly history: History;
  readonly intents: Intents | null;
}

const backEveryMs = 60_000;

/** Answers the probes from the database's own history, over the second connection of a run. */
export class HealthCheck {
  readonly #history: Probed<Answer>;
  readonly #everInFull = new EverInFull();
  #isAway = false;
  /** When `onBack` was last called. */
  #backAt = -Infinity;
  #last: {
    readonly known: Known<Answer>;
    readonly snapshot: Snapshot | null;
    readonly sight: Sight;
  } | null = null;

  constructor(readonly options: HealthCheckOptions) {
    const { database, clock, onAnswered } = options;
    const question = async (session: Observer): Promise<Answer> => {
      const history = await session.history();
      return { history, intents: session.intents() };
    };
    this.#history = new Probed({ database, clock, question, onAnswered });
  }

  /** Never throws. `wanted` is the revision that must be applied, or null for the current one. */
  async check(wanted: string | null): Promise<Health> {
    const { readiness, activity, stopping, snapshot } = this.options;
    if (stopping()) return notReady('stopping', 'unknown', snapshot()?.revision ?? null);
    const sight = await this.sight();
    const drift = this.options.drift?.();
    return assessReadiness(sight, { readiness, wanted, activity: activity(), drift });
  }

  /** Makes the next probe ask the database again: something was applied. */
  forget(): void {
    this.#history.forget();
  }

  async close(): Promise<void> {
    await this.#history.close();
  }

  /**
   * What the probes' answers are based on. Never throws. The snapshot is the one that is current when the database has
   * answered; a flood of probes compares once.
   */
  async sight(): Promise<Sight> {
    if (!this.#mayAsk()) return { kind: 'no-source', found: null };
    const known = await this.#history.ask();
    const snapshot = this.options.snapshot();
    if (!this.#mayAsk()) return { kind: 'no-source', found: null };
    if (this.#last?.known === known && this.#last.snapshot === snapshot) return this.#last.sight;
    const sight = this.#look(known, snapshot);
    this.#noteAnswer(known);
    this.#last = { known, snapshot, sight };
    const isCurrent = snapshot !== null && this.#history.isCurrent(known);
    if (isCurrent && needsRun(sight)) this.options.onLacking?.();
    return sight;
  }

  /**
   * Without a source there is nothing to ask, unless a database that was once brought up to date counts as ready without one.
   */
  #mayAsk(): boolean {
    const { snapshot, readiness } = this.options;
    return readiness === 'once' || snapshot() !== null;
  }

  #look(known: Known<Answer>, snapshot: Snapshot | null): Sight {
    const revision = snapshot?.revision ?? null;
    if (known.kind === 'refused') {
      return { kind: 'refused', revision, everInFull: this.#everInFull.refused() };
    }
    if (known.kind !== 'answered') {
      this.#everInFull.lost();
      return { kind: known.kind, revision };
    }
    return snapshot === null
      ? this.#withoutSource(known.answer)
      : this.#compare(known.answer, snapshot);
  }

  #withoutSource(answer: Answer): Sight {
    const { schemas } = this.options;
    const everInFull = this.#everInFull.answered({ ...answer, schemas, isInPlace: false });
    const wasApplied = [...answer.history.rows.values()].some(
      ({ schema, appliedChecksum }) =>
        appliedChecksum !== null && (schemas?.includes(schema) ?? true),
    );
    return { kind: 'no-source', found: { everInFull, allGone: wasApplied } };
  }

  /** A busy server that is often late must not get more work because of that. */
  #noteAnswer({ kind }: Known<Answer>): void {
    const wasAway = this.#isAway;
    this.#isAway = kind === 'unreachable';
    if (!wasAway || this.#isAway) return;
    const now = this.options.clock.now();
    if (now - this.#backAt < backEveryMs) return;
    this.#backAt = now;
    this.options.onBack?.();
  }

  #compare(answer: Answer, snapshot: Snapshot): Sight {
    const { revision } = snapshot;
    const { schemas, allowEmpty, onChange } = this.options;
    const { history } = answer;
    const intents = answer.intents?.known ?? [];
    const statuses = compare(snapshot, history, schemas);
    const standing = this.#standing(revision, intents);
    const supersededBy = standing?.kind === 'superseded' ? standing.by : null;
    const heldByLint = this.options.heldByLint?.() ?? null;
    const found = { statuses, supersededBy, heldByLint };
    const verdict = judgeRun(found, { allowEmpty, onChange });
    const changed = statuses.filter(({ state }) => state === 'changed').map(({ key }) => key);
    const kept = onChange === 'rerun' ? pinnedKeys(statuses) : new Set(changed);
    const wasInFull = intentFor({ revision, schemas }, { known: intents })?.inFull ?? false;
    const isInPlace =
      verdict.kind === 'up-to-date' && statuses.some(({ state }) => state !== 'missing');
    const everInFull = this.#everInFull.answered({ ...answer, schemas, isInPlace });
    const inFull = { wasInFull, everInFull };
    const isHeld = heldByLint !== null;
    return { kind: 'compared', revision, statuses, verdict, isHeld, kept, standing, ...inFull };
  }

  #standing(revision: string, known: readonly Intent[]): Standing | null {
    const { schemas, ownIntent } = this.options;
    if (ownIntent === undefined) return standingSeen({ revision, schemas }, { known });
    const own = ownIntent();
    return own?.revision === revision && known.length > 0 ? standingOf(own, { known }) : null;
  }
}
