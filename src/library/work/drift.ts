import type { DriftReport } from '../../core/drift/drift-report.js';
import type { ServerConfig } from '../connection/choose-server.js';
import { openSource, systemClock, withDatabase } from '../open/compose.js';
import type { SourceConfig } from '../open/source-config.js';
import type { Hooks } from './hooks.js';

export interface DriftConfig extends ServerConfig {
  readonly source: SourceConfig;
  /** Patterns of schemas and objects to leave out. */
  readonly ignored: readonly string[];
}

export async function drift(config: DriftConfig, { emit, stop }: Hooks): Promise<DriftReport> {
  const operations = await import('../../operations/drift.js');
  const source = openSource(config.source, config.historySchema);
  const { ignored, waitTimeoutMs } = config;
  const { schemas } = config.source;
  return withDatabase(config, emit, (database) =>
    operations.drift(
      { database, source, clock: systemClock, emit, stop },
      { schemas, ignored, waitTimeoutMs },
    ),
  );
}
