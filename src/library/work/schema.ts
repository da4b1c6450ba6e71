import type { SchemaReading } from '../../core/schema/parts/reading.js';
import type { Server, ServerConfig } from '../connection/choose-server.js';
import { openLive } from '../open/adapters.js';
import { openSource, openSqlReader, systemClock } from '../open/compose.js';
import { withProof } from '../open/proof.js';
import type { SourceConfig } from '../open/source-config.js';
import type { Hooks } from './hooks.js';

/** Of a database, or of what the files make on a new one. */
type SchemaConfig =
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
  if (config.from === 'files') {
    const { makeByFiles } = await import('../../operations/against/make-by-files.js');
    const source = openSource(config.source, config.historySchema);
    const snapshot = await source.read();
    emit({ kind: 'source-read', directory: source.directory, snapshot });
    const sqlReader = await openSqlReader();
    return withProof(config, emit, async (openProof) => {
      const ports = { sqlReader, openProof, emit, stop };
      return (await makeByFiles(snapshot, ports, 'there is no whole schema to print')).reading;
    });
  }
  const { readLiveSchema } = await import('../../operations/against/read-live-schema.js');
  const live = await openLive(config.live);
  return readLiveSchema(live, { clock: systemClock, emit, stop }, config.live.waitTimeoutMs);
}
