import { Gauge, type Registry } from 'prom-client';
import { allGone } from '../../core/run/all-gone.js';
import type { Sight } from '../../core/watch/readiness.js';
import { type Collector, unsetGauge } from './collector.js';

/** What `/readiness` answers. */
export function readyGauge(registry: Registry): Collector {
  const ready = unsetGauge(registry, 'pgm_ready', 'Whether /readiness answers 200 (1) or 503 (0).');
  return {
    collect: ({ health }) => {
      ready.set(health.ready ? 1 : 0);
    },
  };
}

/** What the probes know, as numbers. */
export function probeGauges(registry: Registry): Collector {
  const up = unsetGauge(
    registry,
    'pgm_database_up',
    'Whether PostgreSQL answers (1) or not (0); absent without a source unless pgm connects then, as with --readiness once.',
  );
  const superseded = unsetGauge(
    registry,
    'pgm_superseded',
    'Whether a newer intent for another revision rules (1) or not (0); absent while the history cannot be read.',
  );
  const gone = unsetGauge(
    registry,
    'pgm_applied_files_gone',
    'Whether all applied files are gone from the source (1) or not (0); absent while the history cannot be read.',
  );
  return {
    collect: ({ sight }) => {
      const lacks = lacksAll(sight);
      if (lacks === null) gone.remove();
      else gone.set(lacks ? 1 : 0);
      if (sight?.kind !== 'compared') superseded.remove();
      else superseded.set(sight.standing?.kind === 'superseded' ? 1 : 0);
      const answers = databaseUp(sight);
      if (answers === null) up.remove();
      else up.set(answers);
    },
  };
}

/** Null when pgm did not connect. */
function databaseUp(sight: Sight | null): 0 | 1 | null {
  switch (sight?.kind) {
    case undefined:
      return null;
    case 'no-source':
      return sight.found === null ? null : 1;
    case 'unreachable':
      return 0;
    // A refusal is an answer too.
    case 'no-database':
    case 'no-primary':
    case 'refused':
    case 'compared':
      return 1;
  }
}

/** Null when the history is not known. */
function lacksAll(sight: Sight | null): boolean | null {
  if (sight?.kind === 'compared') return allGone(sight.statuses) !== null;
  return sight?.kind === 'no-source' ? (sight.found?.allGone ?? null) : null;
}

/** How long ago each loop was active. */
export function heartbeats(registry: Registry): Collector {
  const age = new Gauge({
    name: 'pgm_heartbeat_age_seconds',
    help: 'Time since each loop was last active; absent for the reconcile loop in a process without one.',
    labelNames: ['loop'],
    registers: [registry],
  });
  return {
    collect: ({ beats, now }) => {
      age.set({ loop: 'event' }, (now - beats.event) / 1_000);
      if (beats.reconcile === null) age.remove({ loop: 'reconcile' });
      else age.set({ loop: 'reconcile' }, (now - beats.reconcile) / 1_000);
    },
  };
}
