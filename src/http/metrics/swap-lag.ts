import { Histogram, type Registry } from 'prom-client';
import type { PgmEvent } from '../../core/events.js';
import type { Snapshot } from '../../core/migration.js';
import type { Clock } from '../../core/ports.js';
import { runSummary } from '../../core/run-log.js';
import type { Collector } from './collector.js';

const lagSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_200];

/** Revisions that are remembered: a mount that goes to and fro between a few is not news each time. */
const mostRemembered = 1_000;

/**
 * From the instant at which the kubelet swapped the mount until all of it was applied. What lay there when pgm started
 * says nothing of pgm's speed, and neither does a revision that was there before, so both are left out.
 */
export class SwapLag implements Collector {
  readonly #lag: Histogram;
  readonly #seen = new Set<string>();
  /** The newest revision, as long as it is not applied; null when its swap is not measured. */
  #pending: { readonly revision: string; readonly swappedAt: number } | null = null;

  constructor(
    registry: Registry,
    readonly clock: Pick<Clock, 'wallMs'>,
  ) {
    this.#lag = new Histogram({
      name: 'pgm_swap_to_applied_seconds',
      help: 'Time from the swap of the ConfigMap mount until all of its files were applied.',
      buckets: lagSeconds,
      registers: [registry],
    });
  }

  observe(event: PgmEvent): void {
    if (event.kind === 'source-read') this.#read(event.snapshot);
    else if (event.kind === 'source-missing') this.#pending = null;
    else this.#finish(event);
  }

  #read({ revision, swappedAt }: Snapshot): void {
    const isNews = this.#seen.size > 0 && !this.#seen.has(revision);
    this.#pending = isNews && swappedAt !== null ? { revision, swappedAt } : null;
    this.#remember(revision);
  }

  #remember(revision: string): void {
    this.#seen.delete(revision);
    this.#seen.add(revision);
    const [oldest] = this.#seen;
    if (this.#seen.size > mostRemembered && oldest !== undefined) this.#seen.delete(oldest);
  }

  /** A clock that was set back between the two would give a negative time, which says nothing. */
  #finish(event: PgmEvent): void {
    const run = runSummary(event, this.clock.wallMs());
    if (run?.result !== 'settled' || run.revision !== this.#pending?.revision) return;
    const seconds = (run.endedAt - this.#pending.swappedAt) / 1_000;
    if (seconds >= 0) this.#lag.observe(seconds);
    this.#pending = null;
  }
}
