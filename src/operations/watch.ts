import {
  Interrupted,
  LockNotHad,
  PgmError,
  PostgresUnreachable,
  Transient,
} from '../core/errors.js';
import type { Emit, PgmEvent } from '../core/events.js';
import type { Snapshot } from '../core/migration.js';
import type { Source, SourceWatch } from '../core/ports.js';
import {
  due,
  expectationOf,
  firstState,
  reconcile,
  type ReconcileEvent,
  type ReconcileState,
} from '../core/reconcile.js';
import { judge, type RunReport } from '../core/report.js';
import { FollowedSource } from './follow-source.js';
import { type RunOptions, runOnce, type RunPorts, standbyCode } from './run-once.js';
import { pinnedKeys } from './status.js';

export interface WatchPorts extends RunPorts {
  readonly source: Source;
  readonly sourceWatch: SourceWatch;
}

export interface WatchOptions extends RunOptions {
  readonly allowEmpty: boolean;
}

/**
 * Keeps the database in step with the source until told to stop: read, run, wait for a change or for the time to try
 * again. One run at a time; a change during a run gives exactly one more. Nothing that a server or a file does ends it.
 */
export class Watch {
  #state: ReconcileState = firstState;
  #activity: string | null = 'starting';
  /** When the loop last gave a sign of life. */
  #beatAt: number;
  /** True from the moment we said that the server is a standby until a run there came further. */
  #follows = false;
  /** Checksums of the last run's source, where all of it was in place, and nothing else; null otherwise. */
  #inPlace: ReadonlySet<string> | null = null;
  #onSettled: () => void = () => undefined;
  #wake: () => void = () => undefined;
  readonly ports: WatchPorts;
  readonly followed: FollowedSource;

  constructor(
    ports: WatchPorts,
    readonly options: WatchOptions,
  ) {
    this.#beatAt = ports.clock.now();
    const emit: Emit = (event) => {
      this.#beat();
      this.#activity = activityAfter(event) ?? this.#activity;
      ports.emit(event);
    };
    this.ports = { ...ports, emit };
    this.followed = new FollowedSource(ports.source, emit);
  }

  /** What it does at the moment, in words for an open endpoint; null when it is at rest. */
  get activity(): string | null {
    return this.#activity;
  }

  /**
   * When the loop last gave a sign of life, by the clock's `now`: it began a turn, or something happened in its run. A
   * file that runs for long gives one each half minute.
   */
  get beatAt(): number {
    return this.#beatAt;
  }

  /** Revision of the last run that came to its end, whatever became of its files; null before the first. */
  get attempted(): string | null {
    return this.#state.attempted;
  }

  /**
   * Runs again although the source is as it was: the database lacks what the last run left there (it was dropped, or
   * restored from a backup). Does nothing while a run is due anyway.
   */
  catchUp(): void {
    this.#step({ kind: 'database-differs' });
    this.#wake();
  }

  /** Called after every run, so that a probe need not wait for its cache to grow old. */
  onRun(listener: () => void): void {
    this.#onSettled = listener;
  }

  /** Settles when `stop.soon` fires and what was under way has ended. */
  async run(): Promise<void> {
    const { stop } = this.ports;
    try {
      while (!stop.soon.aborted) await this.#turn();
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
    }
  }

  async #turn(): Promise<void> {
    this.#beat();
    await this.#readSource();
    const next = due(this.#state, this.ports.clock.now());
    if (next.kind === 'run') await this.#runOnce();
    else await this.#rest(next.ms);
  }

  #beat(): void {
    this.#beatAt = this.ports.clock.now();
  }

  #step(event: ReconcileEvent): void {
    this.#state = reconcile(this.#state, event);
  }

  async #readSource(): Promise<void> {
    const snapshot = await this.followed.refresh();
    if (snapshot === null) this.#step({ kind: 'source-missing' });
    else this.#step({ kind: 'source-read', revision: snapshot.revision });
  }

  async #runOnce(): Promise<void> {
    const { snapshot } = this.followed;
    if (snapshot === null) return;
    if (!this.#follows) this.#activity = 'applying';
    const started = this.ports.clock.now();
    try {
      const expects = expectationOf(this.#state, snapshot.migrations, this.#inPlace);
      this.#inPlace = null;
      const report = await runOnce(snapshot, this.ports, { ...this.options, expects });
      if (report.details === null) this.#inPlace = checksumsOf(snapshot);
      this.#finish(report);
    } catch (error) {
      this.#breakOff(error, { revision: snapshot.revision, started });
    }
    this.#onSettled();
  }

  #finish(report: RunReport): void {
    const { clock, emit } = this.ports;
    const pinned = pinnedKeys(report.statuses);
    const verdict = judge(report.statuses, { ...this.options, ...this.options.policy, pinned });
    this.#activity = null;
    this.#follows = false;
    emit({ kind: 'run-finished', report, verdict });
    const settled = verdict.kind !== 'behind' || !verdict.failing;
    if (settled) this.#step({ kind: 'run-settled' });
    else this.#step({ kind: 'run-incomplete', now: clock.now(), random: clock.random() });
  }

  /** Whatever it is, a daemon waits and tries again: a password is rotated, a right granted, a server started. */
  #breakOff(error: unknown, run: { readonly revision: string; readonly started: number }): void {
    const { clock, emit } = this.ports;
    if (error instanceof Interrupted || !(error instanceof PgmError)) throw error;
    const when = { now: clock.now(), random: clock.random() };
    if (isStandby(error)) {
      this.#step({ kind: 'run-follows', ...when });
      this.#follow();
      return;
    }
    this.#step({ kind: 'run-broken', ...when });
    this.#activity = waitingFor(error);
    const retryInMs = Math.max(0, (this.#state.retryAt ?? 0) - clock.now());
    const { revision, started } = run;
    const durationMs = clock.now() - started;
    emit({ kind: 'run-failed', reason: error.message, retryInMs, revision, durationMs });
  }

  /** A standby is no trouble: its primary's runner applies, the probes read what arrives, and one day it may be promoted. */
  #follow(): void {
    const { database, emit } = this.ports;
    this.#activity = 'following a standby';
    if (this.#follows) return;
    this.#follows = true;
    emit({
      kind: 'note',
      message:
        `${database.target} is a standby: following it, nothing is written; ready once all migrations have arrived from ` +
        'its primary, and going on as a runner when it is promoted',
    });
  }

  /** Until the source may have changed, the time is over, or somebody wakes us; nothing of the wait is left behind. */
  async #rest(ms: number | null): Promise<void> {
    const { clock, emit, sourceWatch, stop } = this.ports;
    const over = new AbortController();
    const end = (): void => {
      over.abort();
    };
    this.#wake = end;
    stop.soon.addEventListener('abort', end);
    if (stop.soon.aborted) end();
    const hinted = sourceWatch.next(over.signal).then(({ kind: hint }) => {
      emit({ kind: 'source-hinted', hint });
    });
    const waits: Promise<unknown>[] = [hinted];
    if (ms !== null) waits.push(clock.sleep(ms, over.signal));
    try {
      await Promise.race(waits);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
    } finally {
      stop.soon.removeEventListener('abort', end);
      end();
      await Promise.allSettled(waits);
    }
  }
}

function checksumsOf({ migrations }: Snapshot): ReadonlySet<string> {
  return new Set(migrations.map(({ checksum }) => checksum));
}

function isStandby(error: PgmError): boolean {
  return error instanceof Transient && error.code === standbyCode;
}

/** In words for an open endpoint: the error's own may name hosts and users. */
function waitingFor(error: PgmError): string {
  if (error instanceof LockNotHad) return 'waiting for the lock';
  const isAway = error instanceof Transient || error instanceof PostgresUnreachable;
  return isAway ? 'waiting for PostgreSQL' : 'PostgreSQL refuses; trying again';
}

/** What an event says about what the loop is doing; null when it says nothing. */
function activityAfter(event: PgmEvent): string | null {
  if (event.kind === 'waiting-for-lock') {
    return `waiting for the lock, ${Math.round(event.waitedMs / 1_000)} s`;
  }
  return event.kind === 'migration-started' ? `applying ${event.at} of ${event.of}` : null;
}
