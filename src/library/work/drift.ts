import type { DriftReport } from '../../core/drift/drift-report.js';
import type { Database } from '../../core/ports.js';
import type { ServerConfig } from '../connection/choose-server.js';
import { findContents, openLive } from '../open/adapters.js';
import {
  assertSource,
  openSource,
  openSqlReader,
  systemClock,
  withDatabase,
} from '../open/compose.js';
import { type ProofConfig, withProof } from '../open/proof.js';
import type { SourceConfig } from '../open/source-config.js';
import type { Hooks } from './hooks.js';

interface DriftConfig extends ServerConfig {
  readonly source: SourceConfig;
  /** Patterns of schemas and objects to leave out. */
  readonly ignored: readonly string[];
  /** Where the files are applied for comparison; null: compare with what the last run left. */
  readonly shadow: ProofConfig | null;
}

export async function drift(config: DriftConfig, hooks: Hooks): Promise<DriftReport> {
  const { shadow } = config;
  if (shadow !== null) await assertSource(config.source, shadow.server);
  return withDatabase(config, hooks.emit, (database) =>
    shadow === null
      ? sinceLastRun(database, config, hooks)
      : againstFiles(database, { config, shadow }, hooks),
  );
}

async function sinceLastRun(
  database: Database,
  { source: files, historySchema, ignored, waitTimeoutMs }: DriftConfig,
  { emit, stop }: Hooks,
): Promise<DriftReport> {
  const operations = await import('../../operations/drift.js');
  const source = openSource(files, historySchema);
  return operations.drift(
    { database, source, clock: systemClock, emit, stop },
    { schemas: files.schemas, ignored, waitTimeoutMs },
  );
}

async function againstFiles(
  database: Database,
  { config, shadow }: { readonly config: DriftConfig; readonly shadow: ProofConfig },
  { emit, stop }: Hooks,
): Promise<DriftReport> {
  const { driftOfFiles } = await import('../../operations/drift-of-files.js');
  const side = {
    database,
    live: await openLive(config),
    source: openSource(config.source, config.historySchema),
    findContents: (checksums: readonly string[]) => findContents(config.source, checksums),
    sqlReader: await openSqlReader(),
    clock: systemClock,
    emit,
    stop,
  };
  const { ignored, waitTimeoutMs } = config;
  return withProof(shadow, emit, (openProof) =>
    driftOfFiles({ ...side, openProof }, { ignored, waitTimeoutMs }),
  );
}
