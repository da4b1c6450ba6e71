import { Histogram, type Registry } from 'prom-client';
import type { Clock } from '../../core/ports.js';
import { runSummary } from '../../core/watch/run-log.js';
import type { Collector } from './collector.js';

const lagSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_200];

/**
 * The time from a swap of the mount by the kubelet until everything was applied. The revision that was mounted when pgm
 * started, and revisions that were mounted before, are left out because they say nothing about the speed of pgm.
 */
export function swapLag(registry: Registry, clock: Pick<Clock, 'wallMs'>): Collector {
  const lag = new Histogram({
    name: 'pgm_swap_to_applied_seconds',
    help: 'Time from a swap of the ConfigMap mount until all of its files were applied.',
    buckets: lagSeconds,
    registers: [registry],
  });
  const seen = new Set<string>();
  /** The newest revision until it is applied; null when its swap is not measured. */
  let pending: { readonly revision: string; readonly swappedAt: number } | null = null;
  return {
    observe: (event) => {
      if (event.kind === 'source-missing') pending = null;
      if (event.kind === 'source-read') {
        const { revision, swappedAt } = event.snapshot;
        const isNews = seen.size > 0 && !seen.has(revision);
        pending = isNews && swappedAt !== null ? { revision, swappedAt } : null;
        remember(seen, revision);
      }
      const run = runSummary(event, clock.wallMs());
      if (run?.result !== 'settled' || run.revision !== pending?.revision) return;
      const seconds = (run.endedAt - pending.swappedAt) / 1_000;
      // A negative time means that the clock was set back.
      if (seconds >= 0) lag.observe(seconds);
      pending = null;
    },
  };
}

/** How many revisions are remembered, so that a mount that switches between a few does not count each time. */
const mostRemembered = 1_000;

function remember(seen: Set<string>, revision: string): void {
  seen.delete(revision);
  seen.add(revision);
  const [oldest] = seen;
  if (seen.size > mostRemembered && oldest !== undefined) seen.delete(oldest);
}
