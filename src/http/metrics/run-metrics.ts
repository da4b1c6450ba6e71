import { Counter, Gauge, type Registry } from 'prom-client';
import type { PgmEvent } from '../../core/events.js';
import type { Clock } from '../../core/ports.js';
import { type RunSummary, runSummary } from '../../core/run-log.js';
import type { Collector } from './collector.js';
import { setOrRemove } from './set-or-remove.js';

const results: readonly RunSummary['result'][] = ['settled', 'incomplete', 'broken'];

/** Runs by result, and the last of them. */
export class RunMetrics implements Collector {
  readonly #runs: Counter<'result'>;
  readonly #lastSuccess: Gauge;
  readonly #lastAt: Gauge;
  readonly #lastSuccessAt: Gauge;

  constructor(
    registry: Registry,
    readonly clock: Pick<Clock, 'wallMs'>,
  ) {
    const registers = [registry];
    this.#runs = new Counter({
      name: 'pgm_runs_total',
      help: 'Runs that ended, by result: settled, incomplete (files failed or are held), broken (connection, lock, server).',
      labelNames: ['result'],
      registers,
    });
    for (const result of results) this.#runs.inc({ result }, 0);
    this.#lastSuccess = new Gauge({
      name: 'pgm_last_run_success',
      help: 'Whether the last run settled (1) or not (0); absent before the first has ended.',
      registers,
    });
    this.#lastAt = new Gauge({
      name: 'pgm_last_run_timestamp_seconds',
      help: 'When the last run ended, in seconds since 1970; absent before the first has.',
      registers,
    });
    this.#lastSuccessAt = new Gauge({
      name: 'pgm_last_run_success_timestamp_seconds',
      help: 'When the last run that settled ended, in seconds since 1970; absent before the first has.',
      registers,
    });
    for (const gauge of [this.#lastSuccess, this.#lastAt, this.#lastSuccessAt]) {
      setOrRemove(gauge, null);
    }
  }

  observe(event: PgmEvent): void {
    const run = runSummary(event, this.clock.wallMs());
    if (run === null) return;
    const { result, endedAt } = run;
    this.#runs.inc({ result });
    this.#lastSuccess.set(result === 'settled' ? 1 : 0);
    this.#lastAt.set(endedAt / 1_000);
    if (result === 'settled') this.#lastSuccessAt.set(endedAt / 1_000);
  }
}
