import { Gauge, type Registry } from 'prom-client';
import type { Sight } from '../../core/readiness.js';
import { setOrRemove } from './set-or-remove.js';
import type { Collector, Reading } from './collector.js';

/** What the probes answer, as numbers. */
export class ProbeGauges implements Collector {
  readonly #up: Gauge;
  readonly #ready: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#up = new Gauge({
      name: 'pgm_database_up',
      help: 'Whether PostgreSQL answers (1) or not (0); absent while there is no source, because it is not asked then.',
      registers,
    });
    this.#ready = new Gauge({
      name: 'pgm_ready',
      help: 'Whether /readiness answers 200 (1) or 503 (0).',
      registers,
    });
  }

  collect({ sight, health }: Reading): void {
    setOrRemove(this.#up, databaseUp(sight));
    this.#ready.set(health.ready ? 1 : 0);
  }
}

/** Null when nobody asked. */
function databaseUp(sight: Sight | null): 0 | 1 | null {
  switch (sight?.kind) {
    case undefined:
    case 'no-source':
      return null;
    case 'unreachable':
      return 0;
    // A no is an answer too.
    case 'no-database':
    case 'refused':
    case 'compared':
      return 1;
  }
}
