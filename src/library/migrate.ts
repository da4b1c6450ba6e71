import type { MigrateDocument } from '../core/documents.js';
import type { LintDocument } from '../core/lint/lint-report.js';
import { call } from './call.js';
import type { OptionReader } from './option-reader.js';
import type {
  ApplyOptions,
  CallOptions,
  CatalogOptions,
  ServerOptions,
  SourceOptions,
} from './options.js';
import { settleApply, settleCatalog, settleLint, settleServer, settleSource } from './settle.js';

export interface MigrateOptions
  extends CallOptions, ServerOptions, SourceOptions, ApplyOptions, CatalogOptions {
  /** The last file to apply, by its key or its beginning up to the number: `gcp/003`. Default all. */
  readonly to?: string | undefined;
  /** Change nothing, and report what would be applied. Default false. */
  readonly dryRun?: boolean | undefined;
}

/** What a run did, and how it left the files: what `pgm migrate --json` prints. */
export type MigrateResult = MigrateDocument<LintDocument>;

/**
 * Waits for PostgreSQL, creates the database if it is missing, applies what is due. A file that failed is not an exception: the
 * result is not `upToDate`, and the file's `failure` says why. Throws `ConfigurationError`, `SourceMissing`,
 * `PostgresUnreachable`, `LockUnavailable`, `Refused`, `HistoryTooNew`, `EmbeddedUnavailable`, `Interrupted`.
 */
export function migrate(options: MigrateOptions): Promise<MigrateResult> {
  return call(options, {
    settle: settleMigrate,
    work: async (config, hooks) => {
      const { emit, stop } = hooks;
      const work = await import('./work/migrate.js');
      const outcome = await work.migrate(config, { emit, stop, detailed: true });
      return work.documentOf(outcome, config.dryRun);
    },
  });
}

/** The checked options, with defaults. */
export async function settleMigrate(reader: OptionReader<MigrateOptions>) {
  const server = await settleServer(reader, 60_000);
  return {
    ...server,
    source: settleSource(reader, server.historySchema),
    apply: settleApply(reader, 60_000),
    catalog: settleCatalog(reader),
    lint: settleLint(reader),
    to: reader.key('to'),
    dryRun: reader.flag('dryRun'),
  };
}
