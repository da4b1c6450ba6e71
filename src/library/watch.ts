import { call } from './call.js';
import type { OptionReader } from './option-reader.js';
import type {
  ApplyOptions,
  CallOptions,
  CatalogOptions,
  ServerOptions,
  SourceOptions,
} from './options.js';
import { settleApply, settleCatalog, settleLint, settleServer, settleSource } from './settle.js';

export interface WatchOptions
  extends CallOptions, ServerOptions, SourceOptions, ApplyOptions, CatalogOptions {
  /** How long a database that is being restored is left alone. Default 60,000. */
  readonly restoreGraceMs?: number | undefined;
  /** How often the files are read even if nothing tells of a change. Default 30,000, at least 1,000. */
  readonly rescanIntervalMs?: number | undefined;
  /** How often to look whether the database still is as the files made it; null for never. Default 300,000. */
  readonly driftIntervalMs?: number | null | undefined;
}

/**
 * Applies files, now and whenever they change, until `signal` fires; then it settles, without an error. Trouble is told by
 * `onEvent` and tried again: `run-finished` has the verdict of each run. It serves no probes, which `pgm watch` does. Throws
 * `ConfigurationError`, `EmbeddedUnavailable`.
 */
export function watch(options: WatchOptions): Promise<void> {
  return call(options, {
    graceMs: 20_000,
    settle: settleWatch,
    work: async (config, { emit, stop }) => {
      const work = await import('./work/watch.js');
      const { withDatabase } = await import('./open/compose.js');
      await withDatabase(config, emit, (database) => work.watch(config, { emit, stop, database }));
    },
  });
}

/** What is asked for, checked, with the defaults. */
export async function settleWatch(reader: OptionReader<WatchOptions>) {
  const server = await settleServer(reader, null);
  const catalog = settleCatalog(reader);
  const intervalMs = reader.patience('driftIntervalMs', 300_000);
  const { timeoutMs } = catalog;
  return {
    ...server,
    source: settleSource(reader, server.historySchema),
    apply: settleApply(reader, null),
    catalog,
    drift: intervalMs === null || timeoutMs === 0 ? null : { ...catalog, intervalMs },
    lint: settleLint(reader),
    restoreGraceMs: reader.milliseconds('restoreGraceMs', 60_000),
    rescanIntervalMs: reader.milliseconds('rescanIntervalMs', 30_000, 1_000),
  };
}
