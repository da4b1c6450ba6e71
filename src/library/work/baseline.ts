import type { MigrationKey } from '../../core/files/migration.js';
import type { BaselineOptions } from '../../operations/baseline.js';
import type { SourcePorts } from '../../operations/run/run-ports.js';
import type { KeeperOptions } from '../../operations/drift/keeper.js';
import type { ServerConfig } from '../connection/choose-server.js';
import {
  openKeeper,
  openSource,
  openSqlReader,
  systemClock,
  withDatabase,
} from '../open/compose.js';
import type { SourceConfig } from '../open/source-config.js';
import type { Hooks } from './hooks.js';

interface BaselineConfig extends ServerConfig {
  readonly source: SourceConfig;
  readonly catalog: KeeperOptions;
  readonly onPooler: 'warn' | 'refuse';
  /** How long to wait for another runner; null waits forever. */
  readonly lockWaitMs: number | null;
  readonly dryRun: boolean;
  /** The last migration to mark, in full or up to its number; null for all. */
  readonly to: string | null;
}

/** Returns the keys that it marked. */
export async function baseline(
  config: BaselineConfig,
  hooks: Hooks,
): Promise<readonly MigrationKey[]> {
  const operations = await import('../../operations/baseline.js');
  return marking(config, hooks, async (ports, options) => {
    const keys = await operations.baseline(ports, { ...options, to: config.to });
    hooks.emit({ kind: config.dryRun ? 'dry-baseline-finished' : 'baseline-finished', keys });
    return keys;
  });
}

/** Lends what is needed to mark files, and keeps the catalog after `work`. */
export async function marking<T>(
  config: Omit<BaselineConfig, 'to'>,
  { emit, stop }: Hooks,
  work: (ports: SourcePorts, options: Omit<BaselineOptions, 'to'>) => Promise<T>,
): Promise<T> {
  const { onPooler, lockWaitMs, waitTimeoutMs, dryRun } = config;
  const { schemas, reason } = config.source;
  const source = openSource(config.source, config.historySchema);
  emit({ kind: 'source-chosen', directory: source.directory, reason });
  return withDatabase(config, emit, async (database) => {
    const sqlReader = await openSqlReader();
    const keeping = { database, clock: systemClock, emit, sqlReader };
    const keeper = await openKeeper(keeping, config.catalog);
    const done = await work(
      { source, database, clock: systemClock, emit, stop },
      { schemas, onPooler, lockWaitMs, waitTimeoutMs, dryRun, keeper },
    );
    await keeper?.afterRun(stop.soon);
    return done;
  });
}
