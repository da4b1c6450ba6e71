import { Counter, Gauge, type Registry } from 'prom-client';
import type { PgmEvent } from '../../core/events.js';
import type { Snapshot } from '../../core/migration.js';
import type { Clock, SourceHint } from '../../core/ports.js';
import type { Collector } from './collector.js';
import { setOrRemove } from './set-or-remove.js';

/** What lies in the source, since when. */
export class SourceMetrics implements Collector {
  readonly #readAt: Gauge;
  readonly #migrations: Gauge;
  readonly #refused: Gauge;

  constructor(
    registry: Registry,
    readonly clock: Pick<Clock, 'wallMs'>,
  ) {
    const registers = [registry];
    this.#readAt = new Gauge({
      name: 'pgm_snapshot_timestamp_seconds',
      help: 'When files were last read that differ from those before, in seconds since 1970; absent without a source.',
      registers,
    });
    this.#migrations = new Gauge({
      name: 'pgm_snapshot_migrations',
      help: 'Migrations in the source; absent without a source.',
      registers,
    });
    this.#refused = new Gauge({
      name: 'pgm_snapshot_refused_files',
      help: 'Files in the source that cannot be read as migrations; absent without a source.',
      registers,
    });
    this.#show(null);
  }

  observe(event: PgmEvent): void {
    if (event.kind === 'source-read') this.#show(event.snapshot);
    if (event.kind === 'source-missing') this.#show(null);
  }

  #show(snapshot: Snapshot | null): void {
    setOrRemove(this.#readAt, snapshot === null ? null : this.clock.wallMs() / 1_000);
    setOrRemove(this.#migrations, snapshot?.migrations.length ?? null);
    setOrRemove(this.#refused, snapshot?.refused.length ?? null);
  }
}

const hints: readonly SourceHint['kind'][] = ['event', 'poll', 'rescan'];

/** What made the loop look at the source again. */
export class WatchMetrics implements Collector {
  readonly #hints: Counter<'kind'>;
  readonly #errors: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#hints = new Counter({
      name: 'pgm_watch_events_total',
      help: 'Hints that the source may have changed, by kind: event (file system), poll (of the mount), rescan (timer).',
      labelNames: ['kind'],
      registers,
    });
    for (const kind of hints) this.#hints.inc({ kind }, 0);
    this.#errors = new Counter({
      name: 'pgm_watch_errors_total',
      help: 'Times the events of the file system were lost; polls and re-scans go on.',
      registers,
    });
  }

  observe(event: PgmEvent): void {
    if (event.kind === 'source-hinted') this.#hints.inc({ kind: event.hint });
    if (event.kind === 'watch-lost') this.#errors.inc();
  }
}
