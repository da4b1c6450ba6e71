import { call } from './call.js';
import type { OptionReader } from './option-reader.js';
import type {
  ApplyOptions,
  CallOptions,
  CatalogOptions,
  ServerOptions,
  SourceOptions,
} from './options.js';
import { settleCatalog, settleOnPooler, settleServer, settleSource } from './settle.js';

export interface BaselineOptions
  extends
    CallOptions,
    ServerOptions,
    SourceOptions,
    CatalogOptions,
    Pick<ApplyOptions, 'onPooler' | 'lockWaitMs'> {
  /** The last file to mark, by its key or its beginning up to the number. Default all. */
  readonly to?: string | undefined;
  /** Change nothing, and report what would be marked. Default false. */
  readonly dryRun?: boolean | undefined;
}

/**
 * Marks files as applied and runs none of them; returns the keys that it marked. Throws `ConfigurationError`,
 * `SourceMissing`, `DatabaseMissing`, `PostgresUnreachable`, `LockUnavailable`, `Refused`, `HistoryTooNew`, `Interrupted`.
 */
export function baseline(options: BaselineOptions): Promise<readonly string[]> {
  return call(options, {
    settle: settleBaseline,
    work: async (config, hooks) => (await import('./work/baseline.js')).baseline(config, hooks),
  });
}

/** The checked options, with defaults. */
export async function settleBaseline(reader: OptionReader<BaselineOptions>) {
  const server = await settleServer(reader, 60_000);
  return {
    ...server,
    source: settleSource(reader, server.historySchema),
    catalog: settleCatalog(reader),
    onPooler: settleOnPooler(reader),
    lockWaitMs: reader.patience('lockWaitMs', 60_000),
    to: reader.key('to'),
    dryRun: reader.flag('dryRun'),
  };
}
