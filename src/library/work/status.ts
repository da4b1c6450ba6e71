import type { StatusReport } from '../../core/run/report.js';
import type { ServerConfig } from '../connection/choose-server.js';
import { assertSource, openSource, systemClock, withDatabase } from '../open/compose.js';
import type { SourceConfig } from '../open/source-config.js';
import type { Hooks } from './hooks.js';

interface StatusConfig extends ServerConfig {
  readonly source: SourceConfig;
  readonly onChange: 'rerun' | 'warn' | 'fail';
  /** Whether to wait until everything is applied. */
  readonly wait: boolean;
  readonly revision: string | null;
  /** How many of the newest tries to read; 0 for none. */
  readonly attempts: number;
}

export async function status(config: StatusConfig, { emit, stop }: Hooks): Promise<StatusReport> {
  const { readStatus, waitForStatus } = await import('../../operations/status.js');
  const source = openSource(config.source, config.historySchema);
  await assertSource(config.source, config.server);
  const read = config.wait ? waitForStatus : readStatus;
  const { onChange, waitTimeoutMs, revision, attempts } = config;
  const { schemas, allowEmpty } = config.source;
  return withDatabase(config, emit, (database) =>
    read(
      { source, database, clock: systemClock, emit, stop },
      { schemas, allowEmpty, onChange, waitTimeoutMs, revision, attempts },
    ),
  );
}
