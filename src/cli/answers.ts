import type { PgmEvent } from '../core/events.js';
import { patience, pulse, type Pulse } from '../core/heartbeat.js';
import type { Clock } from '../core/ports.js';
import { type Health, notReady } from '../core/readiness.js';
import type { StatusView } from '../core/status-view.js';
import type { HealthCheck } from '../operations/health-check.js';
import type { StatusBoard } from '../operations/status-board.js';
import { type Metrics, type MetricsText, openMetrics } from './compose.js';
import type { Labels } from './config/config.js';

/** What there is to answer by, once there is. */
export interface Sources {
  readonly check: HealthCheck;
  readonly board: StatusBoard;
  /** When the loop last gave a sign of life, by the clock's `now`. */
  readonly beatAt: () => number;
}

export interface AnswersOptions {
  /** `onlooker`: another process applies the migrations. */
  readonly role: 'runner' | 'onlooker';
  readonly labels: Labels;
  readonly clock: Clock;
  readonly rescanIntervalMs: number;
}

/** Milliseconds between two signs of life of the event loop. */
const beatMs = 1_000;

/** What the health server answers by: from its first moment on, when nothing else is there yet, to its last. */
export class Answers {
  #sources: Sources | null = null;
  #eventBeatAt: number;
  readonly #metrics: Promise<Metrics>;
  #loaded: Metrics | null = null;
  /** What happened while the metrics were being loaded. */
  #early: PgmEvent[] = [];
  readonly #beat: NodeJS.Timeout;

  constructor(readonly options: AnswersOptions) {
    const { clock } = options;
    this.#eventBeatAt = clock.now();
    this.#beat = setInterval(() => {
      this.#eventBeatAt = clock.now();
    }, beatMs).unref();
    this.#metrics = this.#load();
  }

  /** From now on there is more to say than "starting". */
  begin(sources: Sources): void {
    this.#sources = sources;
  }

  /** Takes down what it says for the timeline and the metrics. */
  note(event: PgmEvent): void {
    this.#sources?.board.note(event);
    if (this.#loaded === null) this.#early.push(event);
    else this.#loaded.observe(event);
  }

  readonly pulse = (): Pulse => {
    const { clock, rescanIntervalMs } = this.options;
    return pulse(this.#beats(), clock.now(), patience(rescanIntervalMs));
  };

  readonly check = (wanted: string | null): Promise<Health> =>
    this.#sources?.check.check(wanted) ?? Promise.resolve(notReady('starting', 'unknown', null));

  readonly view = (): Promise<StatusView | null> =>
    this.#sources?.board.view() ?? Promise.resolve(null);

  readonly metrics = async (): Promise<MetricsText> => (await this.#metrics).text();

  async close(): Promise<void> {
    clearInterval(this.#beat);
    await this.#sources?.board.close();
    await this.#sources?.check.close();
  }

  #beats(): Parameters<typeof pulse>[0] {
    return { event: this.#eventBeatAt, reconcile: this.#sources?.beatAt() ?? null };
  }

  async #load(): Promise<Metrics> {
    const { role, labels, clock } = this.options;
    const metrics = await openMetrics({
      role,
      labels,
      clock,
      beats: () => this.#beats(),
      sight: async () => (await this.#sources?.check.sight()) ?? null,
      health: () => this.check(null),
    });
    for (const event of this.#early) metrics.observe(event);
    this.#early = [];
    this.#loaded = metrics;
    return metrics;
  }
}
