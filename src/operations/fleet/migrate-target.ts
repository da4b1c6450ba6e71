import { DatabaseMissing } from '../../core/errors.js';
import type { Emit, PgmEvent } from '../../core/events.js';
import { outcomeOf, type TargetOutcome } from '../../core/fleet/outcome.js';
import type { MigrationKey, Snapshot } from '../../core/files/migration.js';
import type { Clock, Database, SqlReader, Stop } from '../../core/ports.js';
import type { RunReport } from '../../core/run/report.js';
import type { CatalogKeeper } from '../drift/keeper.js';
import { type MigrateOptions, runnerOf } from '../migrate.js';
import { RunnerIntent } from '../run/assess.js';
import { breakingOff } from '../run/connect.js';
import { retryTransient } from '../run/retry-transient.js';
import type { FleetTarget } from './fleet-ports.js';
import { mayPass, troubleBy } from './in-trouble.js';
import type { Tried } from './run-wave.js';
import type { Sight } from './sight.js';

/** What the runs of all targets share. */
export interface Shared {
  readonly snapshot: Snapshot;
  /** When it was read, by the clock. */
  readonly readAt: number;
  readonly sqlReader: SqlReader;
  readonly clock: Clock;
  readonly stop: Stop;
  readonly sight: Sight;
  readonly options: Omit<MigrateOptions, 'keeper' | 'gate' | 'detailed'> & {
    readonly allowEmpty: boolean;
  };
  readonly keeperOf: (database: Database, emit: Emit) => Promise<CatalogKeeper | null>;
}

/** One target of a fleet, through all tries: migrated by the code of `migrate`, with its own lock, history and intent. */
export class TargetRun {
  readonly #applied: MigrationKey[] = [];
  readonly #intent: RunnerIntent;
  #begunAt: number | null = null;

  constructor(
    readonly target: FleetTarget,
    readonly database: Database,
    readonly shared: Shared,
    readonly emit: Emit,
  ) {
    const { snapshot, readAt, options, clock } = shared;
    this.#intent = new RunnerIntent(snapshot.revision, options.schemas, clock, readAt);
  }

  /** Tries once. When told to stop, a run that has begun goes on until all is applied, or `stop.now` fires. */
  once(): Promise<Tried<TargetOutcome>> {
    const { stop } = this.shared;
    return this.#try(
      (run) => breakingOff(this.database, stop.soon, run),
      (error) => mayPass(error) && !stop.soon.aborted,
    );
  }

  /** Tries until the time for waiting is up, counted from the first try. */
  patiently(): Promise<Tried<TargetOutcome>> {
    const { clock, stop, options } = this.shared;
    const waitedMs = clock.now() - (this.#begunAt ?? clock.now());
    const { waitTimeoutMs } = options;
    const withinMs = waitTimeoutMs === null ? null : Math.max(0, waitTimeoutMs - waitedMs);
    const { database, emit } = this;
    const ports = { clock, emit, stop, database };
    return this.#try(
      (run) => retryTransient(run, ports, withinMs),
      () => false,
    );
  }

  async #try(
    attempt: (run: () => Promise<RunReport>) => Promise<RunReport>,
    isPostponed: (error: unknown) => boolean,
  ): Promise<Tried<TargetOutcome>> {
    const { clock } = this.shared;
    this.#begunAt ??= clock.now();
    try {
      const report = await attempt(await this.#runner());
      return { kind: 'ended', outcome: this.#outcome(report) };
    } catch (error) {
      if (isPostponed(error)) return { kind: 'postponed', reason: troubleBy(error).reason };
      return { kind: 'ended', outcome: this.#inTrouble(error) };
    }
  }

  async #runner(): Promise<() => Promise<RunReport>> {
    const { database, target, shared } = this;
    const { snapshot, stop, sqlReader, clock, sight, options } = shared;
    const emit: Emit = (event) => {
      this.#note(event);
      this.emit(event);
    };
    const keeper = options.dryRun ? null : await shared.keeperOf(database, emit);
    const whole = { soon: stop.now, now: stop.now };
    return runnerOf(
      { snapshot, intent: this.#intent },
      { database, sqlReader, clock, emit, stop: whole },
      {
        ...options,
        detailed: false,
        gate: null,
        keeper,
        admit: (session) => sight.admit(target, session),
        afterwards: async (_, session) => keeper?.afterRun(stop.soon, session),
      },
    );
  }

  #note(event: PgmEvent): void {
    if (event.kind === 'migration-applied') this.#applied.push(event.key);
  }

  #outcome(report: RunReport): TargetOutcome {
    const { allowEmpty, policy } = this.shared.options;
    const { target, state, revision, behindBy, reason, failure } = outcomeOf(
      this.target.name,
      report,
      { allowEmpty, onChange: policy.onChange },
    );
    const isDone = state === 'up-to-date' && this.#applied.length > 0;
    return {
      target,
      revision,
      behindBy,
      reason,
      failure,
      state: isDone ? 'done' : state,
      ...this.#spent(),
    };
  }

  #inTrouble(error: unknown): TargetOutcome {
    const { state, reason } = troubleBy(error);
    const isUntouched =
      state === 'interrupted' || (state === 'away' && this.shared.stop.soon.aborted);
    const nothing = { revision: null, behindBy: null, failure: null };
    return {
      ...nothing,
      target: this.target.name,
      state: isUntouched ? this.#interrupted() : state,
      reason: error instanceof DatabaseMissing ? 'its database was dropped meanwhile' : reason,
      ...this.#spent(),
    };
  }

  /** A target that is stopped before anything was done counts as not begun. */
  #interrupted(): 'interrupted' | 'not-begun' {
    return this.#applied.length > 0 || this.shared.stop.now.aborted ? 'interrupted' : 'not-begun';
  }

  #spent(): Pick<TargetOutcome, 'applied' | 'durationMs'> {
    const begunAt = this.#begunAt ?? this.shared.clock.now();
    return { applied: [...this.#applied], durationMs: this.shared.clock.now() - begunAt };
  }
}
