import type { StatusDocument } from '../core/documents.js';
import { call } from './call.js';
import type { OptionReader } from './option-reader.js';
import type { ApplyOptions, CallOptions, ServerOptions, SourceOptions } from './options.js';
import { settleOnChange, settleServer, settleSource } from './settle.js';

export interface StatusOptions
  extends CallOptions, ServerOptions, SourceOptions, Pick<ApplyOptions, 'onChange'> {
  /** Wait until everything is applied, for `waitTimeoutMs`, which then is 60,000 by default. Default false. */
  readonly wait?: boolean | undefined;
  /** The revision that the files must have, or its first digits. Default any. */
  readonly revision?: string | undefined;
  /** How many of the newest tries to read. Default 0. */
  readonly attempts?: number | undefined;
}

/**
 * Compares the files with the history; writes nothing and takes no lock. The result is what `pgm status --json` prints. Throws
 * `ConfigurationError`, `SourceMissing`, `PostgresUnreachable`, `Refused`, `HistoryTooNew`, `EmbeddedUnavailable`,
 * `Interrupted`.
 */
export function status(options: StatusOptions): Promise<StatusDocument> {
  return call(options, {
    settle: settleStatus,
    work: async (config, hooks) => {
      const work = await import('./work/status.js');
      const { statusDocument } = await import('../core/documents.js');
      return statusDocument(await work.status(config, hooks));
    },
  });
}

/** The checked options, with defaults. */
export async function settleStatus(reader: OptionReader<StatusOptions>) {
  const wait = reader.flag('wait');
  const server = await settleServer(reader, wait ? 60_000 : 5_000);
  return {
    ...server,
    source: settleSource(reader, server.historySchema),
    onChange: settleOnChange(reader),
    wait,
    revision: reader.revision('revision'),
    attempts: reader.number('attempts', 0, [0, 10_000]),
  };
}
