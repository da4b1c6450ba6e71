import { Counter, type Registry } from 'prom-client';
import type { Clock, SourceHint } from '../../core/ports.js';
import { type Collector, unsetGauge } from './collector.js';

/** What is in the source, and since when. */
export function sourceMetrics(registry: Registry, clock: Pick<Clock, 'wallMs'>): Collector {
  const readAt = unsetGauge(
    registry,
    'pgm_snapshot_timestamp_seconds',
    'When changed files were last read, in seconds since 1970; absent without a source.',
  );
  const migrations = unsetGauge(
    registry,
    'pgm_snapshot_migrations',
    'Migrations in the source; absent without a source.',
  );
  const refused = unsetGauge(
    registry,
    'pgm_snapshot_refused_files',
    'Files in the source that cannot be read as migrations; absent without a source.',
  );
  return {
    observe: (event) => {
      if (event.kind === 'source-read') {
        readAt.set(clock.wallMs() / 1_000);
        migrations.set(event.snapshot.migrations.length);
        refused.set(event.snapshot.refused.length);
      } else if (event.kind === 'source-missing') {
        for (const gauge of [readAt, migrations, refused]) gauge.remove();
      }
    },
  };
}

const hintKinds: readonly SourceHint['kind'][] = ['event', 'poll', 'rescan'];

/** Why the loop looked at the source again. */
export function watchMetrics(registry: Registry): Collector {
  const registers = [registry];
  const hints = new Counter({
    name: 'pgm_watch_events_total',
    help: 'Hints that the source may have changed, by kind: event (file system), poll (of the mount), rescan (timer).',
    labelNames: ['kind'],
    registers,
  });
  for (const kind of hintKinds) hints.inc({ kind }, 0);
  const errors = new Counter({
    name: 'pgm_watch_errors_total',
    help: 'Times file events were lost; polls and re-scans go on.',
    registers,
  });
  return {
    observe: (event) => {
      if (event.kind === 'source-hinted') hints.inc({ kind: event.hint });
      if (event.kind === 'watch-lost') errors.inc();
    },
  };
}
