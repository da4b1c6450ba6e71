import { call } from './call.js';
import type { OptionReader } from './option-reader.js';
import type {
  ApplyOptions,
  CallOptions,
  CatalogOptions,
  HealthOptions,
  ServerOptions,
  SourceOptions,
} from './options.js';
import {
  settleApply,
  settleCatalog,
  settleHealth,
  settleLint,
  settleServer,
  settleSource,
} from './settle.js';

export interface WatchOptions
  extends CallOptions, ServerOptions, SourceOptions, ApplyOptions, CatalogOptions {
  /** How long a database that is being restored is left alone. Default 60,000. */
  readonly restoreGraceMs?: number | undefined;
  /** How often the files are read even without a sign of a change. Default 30,000, at least 1,000. */
  readonly rescanIntervalMs?: number | undefined;
  /** How often to look whether the database still is as the files made it; null for never. Default 300,000. */
  readonly driftIntervalMs?: number | null | undefined;
  /** Serve probes, metrics and the status page: `{ port: 1239 }`. Default: nothing listens. */
  readonly health?: HealthOptions | undefined;
}

/**
 * Applies files, now and whenever they change, until `signal` fires; then it settles, without an error. Trouble is reported
 * to `onEvent` and retried: `run-finished` has the verdict of each run. Throws `ConfigurationError`, also if it cannot listen
 * for probes, and `EmbeddedUnavailable`.
 */
export function watch(options: WatchOptions): Promise<void> {
  return call(options, {
    graceMs: 20_000,
    settle: settleWatch,
    work: async ({ served, ...config }, hooks) => {
      const work = await import('./work/watch.js');
      if (served === null) return work.watchAlone(config, hooks);
      const { serve } = await import('./work/serve.js');
      const all = Object.assign(config, served);
      return serve('watch', all, hooks, (context) => work.watchServed(all, context));
    },
  });
}

/** The checked options, with defaults. */
export async function settleWatch(reader: OptionReader<WatchOptions>) {
  const server = await settleServer(reader, null);
  const catalog = settleCatalog(reader);
  const intervalMs = reader.patience('driftIntervalMs', 300_000);
  const { timeoutMs } = catalog;
  const drift = intervalMs === null || timeoutMs === 0 ? null : { ...catalog, intervalMs };
  const served = reader.within('health', settleHealth);
  if (served?.health.readiness === 'strict' && drift === null) {
    reader.problems.add('health.readiness: strict needs looks for drift, which are turned off');
  }
  return {
    ...server,
    source: settleSource(reader, server.historySchema),
    apply: settleApply(reader, null),
    catalog,
    drift,
    served,
    lint: settleLint(reader),
    restoreGraceMs: reader.milliseconds('restoreGraceMs', 60_000),
    rescanIntervalMs: reader.milliseconds('rescanIntervalMs', 30_000, 1_000),
  };
}
