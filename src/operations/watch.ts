import { Interrupted, PgmError } from '../core/errors.js';
import type { Emit, PgmEvent } from '../core/events.js';
import type { Source, SourceWatch } from '../core/ports.js';
import {
  due,
  firstState,
  reconcile,
  type ReconcileEvent,
  type ReconcileState,
} from '../core/reconcile.js';
import { judge, type RunReport } from '../core/report.js';
import { FollowedSource } from './follow-source.js';
import { type RunOptions, runOnce, type RunPorts } from './run-once.js';
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
  #onSettled: () => void = () => undefined;
  readonly ports: WatchPorts;
  readonly followed: FollowedSource;

  constructor(
    ports: WatchPorts,
    readonly options: WatchOptions,
  ) {
    const emit: Emit = (event) => {
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
    await this.#readSource();
    const next = due(this.#state, this.ports.clock.now());
    if (next.kind === 'run') await this.#runOnce();
    else await this.#rest(next.ms);
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
    const { database, emit } = this.ports;
    const { snapshot } = this.followed;
    if (snapshot === null) return;
    this.#activity = 'applying';
    try {
      const outcome = await database.ensure();
      if (outcome === 'created') {
        emit({ kind: 'database-ensured', database: database.name, outcome });
      }
      this.#finish(await runOnce(snapshot, this.ports, this.options));
    } catch (error) {
      this.#breakOff(error);
    }
    this.#onSettled();
  }

  #finish(report: RunReport): void {
    const { clock, emit } = this.ports;
    const pinned = pinnedKeys(report.statuses);
    const verdict = judge(report.statuses, { ...this.options, ...this.options.policy, pinned });
    this.#activity = null;
    emit({ kind: 'run-finished', report, verdict });
    const settled = verdict.kind !== 'behind' || !verdict.failing;
    if (settled) this.#step({ kind: 'run-settled' });
    else this.#step({ kind: 'run-incomplete', now: clock.now(), random: clock.random() });
  }

  /** Whatever it is, a daemon waits and tries again: a password is rotated, a right granted, a server started. */
  #breakOff(error: unknown): void {
    const { clock, emit } = this.ports;
    if (error instanceof Interrupted || !(error instanceof PgmError)) throw error;
    this.#step({ kind: 'run-broken', now: clock.now(), random: clock.random() });
    this.#activity = 'waiting for PostgreSQL';
    const retryInMs = Math.max(0, (this.#state.retryAt ?? 0) - clock.now());
    emit({ kind: 'run-failed', reason: error.message, retryInMs });
  }

  /** Until the source may have changed, the time is over, or we are told to stop. */
  async #rest(ms: number | null): Promise<void> {
    const { clock, sourceWatch, stop } = this.ports;
    const over = new AbortController();
    const signal = AbortSignal.any([stop.soon, over.signal]);
    const waits = [sourceWatch.next(signal), ...(ms === null ? [] : [clock.sleep(ms, signal)])];
    const ended = waits.map((wait) =>
      wait.then(
        () => undefined,
        (error: unknown) => {
          if (!(error instanceof Interrupted)) throw error;
        },
      ),
    );
    await Promise.race(ended);
    over.abort();
    await Promise.all(ended);
  }
}

/** What an event says about what the loop is doing; null when it says nothing. */
function activityAfter(event: PgmEvent): string | null {
  if (event.kind === 'waiting-for-lock') {
    return `waiting for the lock, ${Math.round(event.waitedMs / 1_000)} s`;
  }
  return event.kind === 'migration-started' ? `applying ${event.at} of ${event.of}` : null;
}
