import type { DriftDocument } from '../core/drift/drift-report.js';
import { call } from './call.js';
import type { OptionReader } from './option-reader.js';
import type { CallOptions, CatalogOptions, ServerOptions, SourceOptions } from './options.js';
import { settleIgnored, settleServer, settleSource } from './settle.js';

export interface DriftOptions
  extends CallOptions, ServerOptions, SourceOptions, Pick<CatalogOptions, 'driftIgnore'> {}

/**
 * Compares the database with what the last settled run left; writes nothing and takes no lock. The result is what
 * `pgm drift --json` prints. Throws `ConfigurationError`, `PostgresUnreachable`, `Refused`, `HistoryTooNew`, `Interrupted`.
 */
export function drift(options: DriftOptions): Promise<DriftDocument> {
  return call(options, {
    settle: settleDrift,
    work: async (config, hooks) => {
      const work = await import('./work/drift.js');
      const { driftDocument } = await import('../core/drift/drift-report.js');
      return driftDocument(await work.drift(config, hooks));
    },
  });
}

/** The checked options, with defaults. */
export async function settleDrift(reader: OptionReader<DriftOptions>) {
  const server = await settleServer(reader, 5_000);
  const source = settleSource(reader, server.historySchema);
  return { ...server, source, ignored: settleIgnored(reader), shadow: null };
}
