import type { Emit } from '../../core/events.js';
import { decide, type Limits } from '../../core/fleet/schedule.js';
import type { Stop } from '../../core/ports.js';
import type { FleetTarget } from './fleet-ports.js';

export type Tried<T> =
  | { readonly kind: 'ended'; readonly outcome: T }
  /** It may work later. */
  | { readonly kind: 'postponed'; readonly reason: string };

/** What works on one target. */
interface Attempts<T> {
  once(): Promise<Tried<T>>;
  patiently(): Promise<Tried<T>>;
}

interface WaveContext<T> {
  readonly limits: Limits;
  readonly emit: Emit;
  readonly stop: Pick<Stop, 'soon'>;
  readonly serverOf: (target: FleetTarget) => string;
  readonly attemptsAt: (target: FleetTarget) => Promise<Attempts<T>>;
  /** The outcome of a target that was never started. */
  readonly notBegun: (target: string, reason: string) => T;
  /** Called with each outcome; returns whether it counts as failed. */
  readonly onEnd: (outcome: T) => boolean;
}

/** The outcomes of the targets so far, wave by wave, and whether anything new may start. */
export class Taking<T extends { readonly target: string }> {
  readonly outcomes = new Map<string, T>();
  /** What is being worked on, until it ends. */
  readonly running = new Map<FleetTarget, Promise<void>>();
  failed = 0;
  /** Why nothing new is started any more. */
  stopped: string | null = null;

  constructor(
    readonly of: number,
    readonly context: WaveContext<T>,
  ) {}

  get stopping(): string | null {
    return this.stopped ?? (this.context.stop.soon.aborted ? 'it was told to stop' : null);
  }

  /** Starts nothing new from now on; the first reason is kept. */
  halt(reason: string): void {
    if (this.stopped !== null) return;
    this.stopped = reason;
    this.context.emit({ kind: 'fleet-stopped', reason });
  }

  /** Takes each target once, and unreachable ones again after all others. */
  async take(targets: readonly FleetTarget[]): Promise<void> {
    const away = new Map<FleetTarget, Attempts<T>>();
    await this.#each(targets, async (target) => {
      const own = await this.context.attemptsAt(target);
      const tried = await own.once();
      if (tried.kind === 'ended') return tried.outcome;
      away.set(target, own);
      this.context.emit({ kind: 'target-postponed', name: target.name, reason: tried.reason });
      return null;
    });
    await this.#each([...away.keys()], async (target) => {
      const tried = await away.get(target)?.patiently();
      return tried?.kind === 'ended' ? tried.outcome : null;
    });
    for (const { name } of targets) {
      if (!this.outcomes.has(name)) this.#end(this.context.notBegun(name, this.stopping ?? ''));
    }
  }

  async #each(
    targets: readonly FleetTarget[],
    work: (target: FleetTarget) => Promise<T | null>,
  ): Promise<void> {
    const waiting = new Set(targets);
    for (;;) {
      const decision = this.#decide(waiting);
      if (decision.kind === 'begin') {
        const { target } = decision;
        waiting.delete(target);
        const ended = this.#one(target, work).finally(() => this.running.delete(target));
        this.running.set(target, ended);
        continue;
      }
      if (decision.kind === 'stop' && waiting.size > 0) this.halt(decision.reason);
      if (this.running.size === 0) return;
      await Promise.race(this.running.values());
    }
  }

  #decide(waiting: Iterable<FleetTarget>) {
    const { limits, serverOf } = this.context;
    const { failed, of, stopping } = this;
    const running = [...this.running.keys()];
    return decide({ waiting, running, failed, of, stopping }, limits, serverOf);
  }

  async #one(target: FleetTarget, work: (target: FleetTarget) => Promise<T | null>): Promise<void> {
    this.context.emit({ kind: 'target-started', name: target.name });
    const outcome = await work(target);
    if (outcome !== null) this.#end(outcome);
  }

  #end(outcome: T): void {
    this.outcomes.set(outcome.target, outcome);
    if (this.context.onEnd(outcome)) this.failed += 1;
  }
}
