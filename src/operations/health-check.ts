import { compare } from '../core/compare.js';
import type { History } from '../core/history.js';
import type { Snapshot } from '../core/migration.js';
import type { Clock, Database, Session } from '../core/ports.js';
import {
  assessReadiness,
  type Health,
  lacksMigrations,
  notReady,
  type Sight,
} from '../core/readiness.js';
import { judge } from '../core/report.js';
import { type Known, Probed } from './probed.js';
import { pinnedKeys } from './status.js';

export interface HealthCheckOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly schemas: readonly string[] | null;
  readonly allowEmpty: boolean;
  readonly onChange: 'rerun' | 'warn' | 'fail';
  readonly readiness: 'applied' | 'attempted';
  /** The newest snapshot; null while there is no source. */
  readonly snapshot: () => Snapshot | null;
  /** What the loop is doing, in words for an open endpoint; null for nothing in particular. */
  readonly activity: () => string | null;
  /** True once the process was told to stop: it is not ready then, whatever the database says. */
  readonly stopping: () => boolean;
  /** Revision of the last run that came to its end; left out where nothing is run. */
  readonly attempted?: () => string | null;
  /** Called when the database turns out to lack migrations; left out where nothing is run. */
  readonly onLacking?: () => void;
}

/** Answers the probes out of the database's own history, over one connection that nothing else uses. */
export class HealthCheck {
  readonly #history: Probed<History>;
  #last: {
    readonly known: Known<History>;
    readonly snapshot: Snapshot;
    readonly sight: Sight;
  } | null = null;

  constructor(readonly options: HealthCheckOptions) {
    const { database, clock } = options;
    const question = (session: Session): Promise<History> => session.history();
    this.#history = new Probed({ database, clock, question, idleMs: null });
  }

  /** Never throws. `wanted` is the revision that has to be applied, or null for the current one. */
  async check(wanted: string | null): Promise<Health> {
    const { readiness, activity, stopping, snapshot, attempted } = this.options;
    if (stopping()) return notReady('stopping', 'unknown', snapshot()?.revision ?? null);
    return assessReadiness(await this.sight(), {
      readiness,
      wanted,
      attempted: attempted?.() ?? null,
      activity: activity(),
    });
  }

  /** Makes the next probe ask the database anew: something was applied. */
  forget(): void {
    this.#history.forget();
  }

  async close(): Promise<void> {
    await this.#history.close();
  }

  /** What the probes answer by. Never throws. The snapshot is the one that is current when the database has answered; a flood of probes compares once. */
  async sight(): Promise<Sight> {
    if (this.options.snapshot() === null) return { kind: 'no-source' };
    const known = await this.#history.ask();
    const snapshot = this.options.snapshot();
    if (snapshot === null) return { kind: 'no-source' };
    if (this.#last?.known === known && this.#last.snapshot === snapshot) return this.#last.sight;
    const sight = this.#compare(known, snapshot);
    this.#last = { known, snapshot, sight };
    if (this.#history.isCurrent(known) && lacksMigrations(sight)) this.options.onLacking?.();
    return sight;
  }

  #compare(known: Known<History>, snapshot: Snapshot): Sight {
    const { revision } = snapshot;
    if (known.kind !== 'answered') return { kind: known.kind, revision };
    const { schemas, onChange } = this.options;
    const statuses = compare(snapshot, known.answer, schemas);
    const pinned = pinnedKeys(statuses);
    const verdict = judge(statuses, { ...this.options, pinned });
    const changed = statuses.filter(({ state }) => state === 'changed').map(({ key }) => key);
    const kept = onChange === 'rerun' ? pinned : new Set(changed);
    return { kind: 'compared', revision, statuses, verdict, kept };
  }
}
