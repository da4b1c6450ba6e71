import type { DriftDocument } from '../core/drift/drift-report.js';
import { call } from './call.js';
import type { OptionReader } from './option-reader.js';
import type {
  CallOptions,
  CatalogOptions,
  ServerOptions,
  ShadowOptions,
  SourceOptions,
} from './options.js';
import { settleShadow } from './settle-shadow.js';
import { settleIgnored, settleServer, settleSource } from './settle.js';

export interface DriftOptions
  extends
    CallOptions,
    ServerOptions,
    SourceOptions,
    Pick<CatalogOptions, 'driftIgnore'>,
    ShadowOptions {
  /**
   * What the database is compared with: what the last settled run left, or what all files make of a new database on the
   * server of `shadowUrl`. Default `files` if `shadowUrl` is given, else `last-run`.
   */
  readonly compareWith?: 'last-run' | 'files' | undefined;
}

/**
 * Compares the database with what the files made of it; writes nothing there and takes no lock. The result is what
 * `pgm drift --json` prints. Throws `ConfigurationError`, `PostgresUnreachable`, `Refused`, `HistoryTooNew`, `Interrupted`;
 * with files also `FilesFailed`, `SourceMissing`, `EmbeddedUnavailable`.
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
  const usual = reader.text('shadowUrl') === null ? 'last-run' : 'files';
  const isOfFiles = reader.oneOf('compareWith', usual, ['last-run', 'files']) === 'files';
  if (isOfFiles && source.schemas !== null) {
    reader.problems.add('schemas: the database is compared with what all files make; leave it out');
  }
  if (!isOfFiles) reader.refuse(shadowNames, "is used only with compareWith: 'files'");
  const shadow = isOfFiles ? await settleShadow(reader) : null;
  return { ...server, source, ignored: settleIgnored(reader), shadow };
}

const shadowNames = ['shadowUrl', 'roles', 'lockTimeoutMs'] as const;
