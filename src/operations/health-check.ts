import { compare } from '../core/compare.js';
import { DatabaseMissing } from '../core/errors.js';
import type { Snapshot } from '../core/migration.js';
import type { Clock, Database, Session } from '../core/ports.js';
import { assessReadiness, type Health, notReady, type Sight } from '../core/readiness.js';
import { judge } from '../core/report.js';
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
}

/** Milliseconds an answer of the database stands for; probes come every few seconds, a flood of requests must not reach it. */
const freshForMs = 1_000;
/** Milliseconds the database has to answer; a probe's own time-out is often 1 s, and the next probe gets the answer. */
const patienceMs = 2_000;

/** Answers the probes out of the database's own history, over one connection that nothing else uses. */
export class HealthCheck {
  #session: Session | null = null;
  #looking: Promise<Sight> | null = null;
  #last: { readonly at: number; readonly snapshot: Snapshot; readonly sight: Sight } | null = null;

  constructor(readonly options: HealthCheckOptions) {}

  /** Never throws. `wanted` is the revision that has to be applied, or null for the current one. */
  async check(wanted: string | null): Promise<Health> {
    const { readiness, activity, stopping } = this.options;
    if (stopping())
      return notReady('stopping', 'unknown', this.options.snapshot()?.revision ?? null);
    return assessReadiness(await this.#sight(), { readiness, wanted, activity: activity() });
  }

  /** Makes the next probe ask the database anew: something was applied. */
  forget(): void {
    this.#last = null;
  }

  async close(): Promise<void> {
    await this.#drop();
  }

  async #sight(): Promise<Sight> {
    const { clock, snapshot: current } = this.options;
    const snapshot = current();
    if (snapshot === null) return { kind: 'no-source' };
    const last = this.#last;
    if (last?.snapshot === snapshot && clock.now() - last.at < freshForMs) return last.sight;
    this.#looking ??= this.#look(snapshot).finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  /** A connection that does not answer in time is given up; the next probe opens another. */
  async #look(snapshot: Snapshot): Promise<Sight> {
    const { clock } = this.options;
    const answered = new AbortController();
    const late = clock.sleep(patienceMs, answered.signal).then(
      () => null,
      () => null,
    );
    const answer = await Promise.race([this.#ask(snapshot), late]);
    answered.abort();
    if (answer === null) void this.#drop();
    const sight = answer ?? { kind: 'unreachable', revision: snapshot.revision };
    this.#last = { at: clock.now(), snapshot, sight };
    return sight;
  }

  /** The server may have dropped a connection that was idle between two probes; that alone is no reason to say no. */
  async #ask(snapshot: Snapshot): Promise<Sight> {
    const wasOpen = this.#session !== null;
    try {
      return await this.#compare(snapshot);
    } catch (error) {
      await this.#drop();
      if (wasOpen) return this.#ask(snapshot);
      const { revision } = snapshot;
      return { kind: error instanceof DatabaseMissing ? 'no-database' : 'unreachable', revision };
    }
  }

  async #compare(snapshot: Snapshot): Promise<Sight> {
    const { schemas, database } = this.options;
    this.#session ??= await database.connect();
    const statuses = compare(snapshot, await this.#session.history(), schemas);
    const verdict = judge(statuses, { ...this.options, pinned: pinnedKeys(statuses) });
    return { kind: 'compared', revision: snapshot.revision, statuses, verdict };
  }

  async #drop(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.close();
  }
}
