import { Gauge, type Registry } from 'prom-client';
import type { Collector, Reading } from './collector.js';

/** How long ago each loop gave a sign of life. */
export class Heartbeats implements Collector {
  readonly #age: Gauge<'loop'>;

  constructor(registry: Registry) {
    this.#age = new Gauge({
      name: 'pgm_heartbeat_age_seconds',
      help: 'Time since a loop last gave a sign of life; the loop that reconciles is absent where nothing is reconciled.',
      labelNames: ['loop'],
      registers: [registry],
    });
  }

  collect({ beats, now }: Reading): void {
    this.#age.set({ loop: 'event' }, (now - beats.event) / 1_000);
    if (beats.reconcile === null) this.#age.remove({ loop: 'reconcile' });
    else this.#age.set({ loop: 'reconcile' }, (now - beats.reconcile) / 1_000);
  }
}
