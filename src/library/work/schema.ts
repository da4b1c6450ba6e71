import { hostname } from 'node:os';
import type { SchemaReading } from '../../core/schema/parts/reading.js';
import type { Server, ServerConfig } from '../connection/choose-server.js';
import { adapters } from '../open/adapters.js';
import { openSource, openSqlReader, packageVersion, systemClock } from '../open/compose.js';
import { withProof } from '../open/proof.js';
import type { SourceConfig } from '../open/source-config.js';
import type { Hooks } from './hooks.js';

/** Of a database, or of what the files make on a new one. */
export type SchemaConfig =
  | { readonly from: 'database'; readonly live: ServerConfig }
  | {
      readonly from: 'files';
      readonly source: SourceConfig;
      /** Where that new database is made. */
      readonly server: Server;
      readonly historySchema: string;
      readonly lockTimeoutMs: number;
      readonly roles: readonly string[];
    };

export async function readSchema(
  config: SchemaConfig,
  { emit, stop }: Hooks,
): Promise<SchemaReading> {
  const operations = await import('../../operations/schema.js');
  if (config.from === 'files') {
    const source = openSource(config.source, config.historySchema);
    const snapshot = await source.read();
    emit({ kind: 'source-read', directory: source.directory, snapshot });
    const sqlReader = await openSqlReader();
    return withProof(config, emit, (openProof) =>
      operations.readSchemaOfFiles(snapshot, { sqlReader, openProof, emit, stop }),
    );
  }
  const { server, waitTimeoutMs, historySchema } = config.live;
  if (server.kind !== 'running') throw new Error('an embedded server has no database of its own');
  const { openLiveSchema } = await adapters.liveSchema();
  const runner = { version: packageVersion(), host: hostname() };
  const live = openLiveSchema({ settings: server.settings, historySchema, runner });
  return operations.readLiveSchema(live, { clock: systemClock, emit, stop }, waitTimeoutMs);
}
