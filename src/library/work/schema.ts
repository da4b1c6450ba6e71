import type { SchemaReading } from '../../core/schema/parts/reading.js';
import type { ServerConfig } from '../connection/choose-server.js';
import { openLive } from '../open/adapters.js';
import { openSqlReader, readFiles, systemClock } from '../open/compose.js';
import { type ProofConfig, withProof } from '../open/proof.js';
import type { SourceConfig } from '../open/source-config.js';
import type { Hooks } from './hooks.js';

/** The schema of a database, or of what the files make on a new one. */
type SchemaConfig =
  | { readonly from: 'database'; readonly live: ServerConfig }
  | (ProofConfig & { readonly from: 'files'; readonly source: SourceConfig });

export async function readSchema(
  config: SchemaConfig,
  { emit, stop }: Hooks,
): Promise<SchemaReading> {
  if (config.from === 'files') {
    const { makeByFiles } = await import('../../operations/against/make-by-files.js');
    const snapshot = await readFiles(config, emit);
    const sqlReader = await openSqlReader();
    return withProof(config, emit, async (openProof) => {
      const ports = { sqlReader, openProof, emit, stop };
      return (await makeByFiles(snapshot, ports, 'there is no complete schema to print')).reading;
    });
  }
  const { readLiveSchema } = await import('../../operations/against/read-live-schema.js');
  const live = await openLive(config.live);
  const withinMs = config.live.waitTimeoutMs;
  return readLiveSchema(live, { clock: systemClock, emit, stop }, { withinMs });
}
