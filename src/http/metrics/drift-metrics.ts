import { Gauge, type Registry } from 'prom-client';
import { driftKinds } from '../../core/drift/drift-seen.js';
import { type Collector, unsetGauge } from './collector.js';

/** What `watch` found at its last check whether the database is as the files made it. */
export function driftMetrics(registry: Registry): Collector {
  const objects = new Gauge({
    name: 'pgm_drift_objects',
    help: 'Objects that are not as the files made them; absent while unknown.',
    labelNames: ['kind'],
    registers: [registry],
  });
  const checked = unsetGauge(
    registry,
    'pgm_drift_checked_timestamp_seconds',
    'When the last look for drift could tell; absent before.',
  );
  return {
    collect: ({ drift }) => {
      if (drift === null) {
        objects.reset();
        checked.remove();
        return;
      }
      for (const kind of driftKinds) objects.set({ kind }, drift.counts[kind]);
      checked.set(drift.checkedAt / 1_000);
    },
  };
}
