import { Interrupted, PgmError } from '../../core/errors.js';
import type { Emit } from '../../core/events.js';
import {
  due,
  expectsChange,
  firstState,
  reconcile,
  type ReconcileEvent,
  type ReconcileState,
} from '../../core/watch/reconcile.js';
import { judgeRun, type RunReport } from '../../core/run/report.js';
import type { OwnIntent } from '../../core/run/intents.js';
import type { LintHold } from '../../core/run/lint-hold.js';
import { RunnerIntent } from '../run/assess.js';
import { FollowedSource } from './follow-source.js';
import { Following } from './following.js';
import { AtRest } from './at-rest.js';
import { activityAfter, brokenBy, endOf, isStandby, waitingFor } from './activity.js';
import { breakingOff } from '../run/connect.js';
import { rest } from './rest.js';
import { RestoreGuard } from '../run/restore-guard.js';
import { Retries } from '../run/retries.js';
import { runAhead } from '../run/run-ahead.js';
import { runOnce } from '../run/run-once.js';
import type { WatchOptions, WatchPorts } from './watch-ports.js';

/**
 * Keeps the database in step with the source until told to stop: read, run, wait for a change or for the next try. One run at
 * a time; a change during one causes exactly one more. No error of a server or a file ends it.
 */
export class Watch {
  #state: ReconcileState = firstState;
  #activity: string | null = 'starting';
  #beatAt: number;
  readonly #following: Following;
  #onSettled: () => void = () => undefined;
  #wake: () => void = () => undefined;
  #intent: RunnerIntent | null = null;
  /** What `--lint` found in the current revision when it was last looked at; null if nothing. */
  heldByLint: LintHold | null = null;
  readonly ports: WatchPorts;
  readonly followed: FollowedSource;
  readonly #guard: RestoreGuard;
  readonly #retries: Retries;
  readonly atRest: AtRest;

  constructor(
    ports: WatchPorts,
    readonly options: WatchOptions,
  ) {
    this.#beatAt = ports.clock.now();
    const emit: Emit = (event) => {
      this.#beatAt = ports.clock.now();
      this.#activity = activityAfter(event) ?? this.#activity;
      ports.emit(event);
      this.#following.note(event);
    };
    this.#following = new Following(ports.database, ports.emit);
    this.ports = { ...ports, emit };
    this.followed = new FollowedSource(ports.source, emit);
    this.#guard = new RestoreGuard(this.ports, options.restoreGraceMs);
    this.#retries = new Retries(ports.clock);
    this.atRest = new AtRest(options.keeper ?? null, options.driftWatch ?? null, ports.stop.soon);
  }

  /** What it is doing, worded for a public endpoint; null when it is idle. */
  get activity(): string | null {
    return this.#activity;
  }

  /** The loop's last sign of life, by the clock's `now`; every ten seconds while a file runs. */
  get beatAt(): number {
    return this.#beatAt;
  }

  /** What it wants in the database; null until a server has told its time. */
  get ownIntent(): OwnIntent | null {
    return this.#intent?.own ?? null;
  }

  /** Runs again: the database is not as the last run left it. A retry that is near is not moved forward. */
  catchUp(): void {
    this.#step({ kind: 'database-differs', now: this.ports.clock.now() });
  }

  /** Runs again at once if the last run found no connection: the server has answered another question. */
  serverAnswered(): void {
    this.#step({ kind: 'server-answered', now: this.ports.clock.now() });
  }

  /** Reads the source and retries everything that failed, at once: on request, or after PostgreSQL was unreachable. */
  tryNow(): void {
    this.#retries.tryAll();
    this.#step({ kind: 'try-now' });
  }

  /** Called after every run, for the probes. */
  onRun(listener: () => void): void {
    this.#onSettled = listener;
  }

  /** Settles when `stop.soon` has fired and the current run has ended. */
  async run(): Promise<void> {
    try {
      while (!this.ports.stop.soon.aborted) await this.#turn();
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
    } finally {
      await this.atRest.end();
    }
  }

  async #turn(): Promise<void> {
    this.#beatAt = this.ports.clock.now();
    await this.#readSource();
    const next = due(this.#state, this.ports.clock.now());
    if (next.kind === 'run') await this.#runOnce();
    else await this.#rest(next.ms);
  }

  #step(event: ReconcileEvent): void {
    const before = this.#state;
    this.#state = reconcile(before, event);
    if (this.#state !== before) this.#wake();
  }

  async #readSource(): Promise<void> {
    const snapshot = await this.followed.refresh();
    const revision = snapshot?.revision ?? null;
    if (revision !== null && revision !== this.#intent?.revision) {
      this.#retries.tryAll();
      this.heldByLint = null;
      this.#intent = new RunnerIntent(revision, this.options.schemas, this.ports.clock);
    }
    this.#step(revision === null ? { kind: 'source-missing' } : { kind: 'source-read', revision });
  }

  async #runOnce(): Promise<void> {
    const [snapshot, intent] = [this.followed.snapshot, this.#intent];
    if (snapshot === null || intent === null) return;
    if (!this.#following.isOn) this.#activity = 'applying';
    await this.atRest.end();
    const { database, stop } = this.ports;
    const started = this.ports.clock.now();
    try {
      const options = { ...this.options, intent, guard: this.#guard, retries: this.#retries };
      const pass = expectsChange(this.#state) ? runAhead : runOnce;
      const run = () => pass(snapshot, this.ports, options);
      this.#finish(await breakingOff(database, stop.soon, run));
      if (!this.#guard.isKnown || this.#guard.isWaiting) await this.#guard.saw();
      this.atRest.begin(snapshot);
    } catch (error) {
      this.#breakOff(error, snapshot.revision, started);
    }
    this.#onSettled();
  }

  #finish(report: RunReport): void {
    const { clock, emit } = this.ports;
    const { allowEmpty, policy } = this.options;
    const verdict = judgeRun(report, { allowEmpty, onChange: policy.onChange });
    this.#activity = null;
    this.heldByLint = report.heldByLint;
    emit({ kind: 'run-finished', report, verdict });
    const end = endOf(report, verdict);
    this.#intent?.tried(end === 'run-incomplete');
    const left = this.#retries.left(report.statuses);
    this.#step({ kind: end, left, now: clock.now(), random: clock.random() });
  }

  /**
   * Whatever the error, a daemon waits and tries again: a password is rotated, a privilege granted, a server started. A
   * standby is not an error: its primary's runner applies, the probes read what arrives, and it may be promoted.
   */
  #breakOff(error: unknown, revision: string, started: number): void {
    const { clock, emit, stop } = this.ports;
    if (error instanceof Interrupted || !(error instanceof PgmError)) throw error;
    // There is no next try.
    if (stop.soon.aborted) throw new Interrupted();
    const now = clock.now();
    this.#step(brokenBy(error, { now, random: clock.random() }));
    this.#activity = waitingFor(error);
    this.#retries.tryAll();
    if (isStandby(error)) {
      this.#following.begin(error);
      return;
    }
    const retryInMs = Math.max(0, (this.#state.retryAt ?? 0) - now);
    const durationMs = now - started;
    emit({ kind: 'run-failed', reason: error.message, retryInMs, durationMs, revision });
  }

  /** Waits until the source may have changed, the time is up, or it is woken. */
  async #rest(ms: number | null): Promise<void> {
    const over = new AbortController();
    this.#wake = over.abort.bind(over);
    await rest(ms, this.ports, over);
  }
}
