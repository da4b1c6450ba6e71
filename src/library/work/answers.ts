import type { DriftSeen } from '../../core/drift/drift-seen.js';
import type { Emit, PgmEvent } from '../../core/events.js';
import { ReadinessTurns } from '../../core/watch/readiness-turns.js';
import { type Beats, patience, pulse, type Pulse } from '../../core/watch/heartbeat.js';
import { type Health, notReady } from '../../core/watch/readiness.js';
import type { StatusView } from '../../core/watch/status-view.js';
import { HealthCheck, type HealthCheckOptions } from '../../operations/health/health-check.js';
import { StatusBoard } from '../../operations/status-board.js';
import { packageVersion, systemClock as clock } from '../open/compose.js';
import { openMetrics } from '../open/daemon.js';
import type { SourceConfig } from '../open/source-config.js';

/** What the health server reports on, once it exists. */
export interface Subject extends Omit<HealthCheckOptions, 'clock' | 'schemas' | 'allowEmpty'> {
  readonly source: SourceConfig;
  /** Whether the source was looked for. Until then the answer is "starting". */
  readonly hasLooked: () => boolean;
  /** When the loop last gave a sign of life, by the clock's `now`. */
  readonly beatAt: () => number;
}

/** Milliseconds between two signs of life of the event loop. */
const beatMs = 1_000;

/** The answers of the health server, from its start, before anything else exists, to its end. */
export class Answers {
  /** Reports that readiness has changed. */
  emit: Emit = () => undefined;
  readonly #turns = new ReadinessTurns();
  #check: HealthCheck | null = null;
  #hasLooked: () => boolean = () => false;
  #board: StatusBoard | null = null;
  #loopBeatAt: (() => number) | null = null;
  #drift: () => DriftSeen | null = () => null;
  #eventBeatAt = clock.now();
  readonly #beat: NodeJS.Timeout;
  readonly #metrics: ReturnType<typeof openMetrics>;

  /** `role`: an onlooker's migrations are applied by another process. */
  constructor(
    role: 'runner' | 'onlooker',
    readonly labels: StatusView['labels'],
    readonly rescanIntervalMs: number,
  ) {
    this.#beat = setInterval(() => {
      this.#eventBeatAt = clock.now();
    }, beatMs).unref();
    this.#metrics = openMetrics({
      role,
      labels,
      clock,
      beats: () => this.#beats(),
      drift: () => this.#drift(),
      sight: async () => (await this.#begun()?.sight()) ?? null,
      health: () => this.check(null),
    });
  }

  /** Until this is called the answer is "starting". */
  begin({ source, beatAt, hasLooked, ...watched }: Subject): void {
    const { directory, origin, schemas, allowEmpty } = source;
    const { database, onChange, snapshot, activity, heldByLint } = watched;
    const check = new HealthCheck({ ...watched, clock, schemas, allowEmpty });
    this.#check = check;
    this.#hasLooked = hasLooked;
    this.#drift = watched.drift ?? this.#drift;
    this.#board = new StatusBoard({
      database,
      clock,
      version: packageVersion(),
      labels: this.labels,
      source: { directory, origin },
      schemas,
      allowEmpty,
      onChange,
      snapshot,
      activity,
      drift: this.#drift,
      heldByLint,
      health: () => check.check(null),
    });
    this.#loopBeatAt = beatAt;
  }

  /** Makes the next probe ask the database again, after something was applied. */
  forget(): void {
    this.#check?.forget();
  }

  /** Keeps the event for the timeline and the metrics, which are still being loaded at first. */
  note(event: PgmEvent): void {
    this.#board?.note(event);
    void this.#metrics.then((metrics) => {
      metrics.observe(event);
    });
  }

  readonly pulse = (): Pulse => {
    const allowed = patience(this.rescanIntervalMs);
    return pulse(this.#beats(), clock.now(), allowed);
  };

  readonly check = async (wanted: string | null): Promise<Health> => {
    const health = await this.#begun()?.check(wanted);
    if (health === undefined) return notReady('starting', 'unknown', null);
    const turn = wanted === null ? this.#turns.hear(health, clock.now()) : null;
    if (turn !== null) this.emit(turn);
    return health;
  };

  readonly view = async (): Promise<StatusView | null> =>
    this.#hasLooked() ? ((await this.#board?.view()) ?? null) : null;

  readonly metrics = async () => (await this.#metrics).text();

  async close(): Promise<void> {
    clearInterval(this.#beat);
    await this.#board?.close();
    await this.#check?.close();
  }

  #begun(): HealthCheck | null {
    return this.#hasLooked() ? this.#check : null;
  }

  #beats(): Beats {
    return { event: this.#eventBeatAt, reconcile: this.#loopBeatAt?.() ?? null };
  }
}
