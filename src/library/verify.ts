import type { ProofDocument } from '../core/proof/proof-document.js';
import { call } from './call.js';
import type { OptionReader } from './option-reader.js';
import type { CallOptions, ShadowOptions, SourceOptions } from './options.js';
import { settleLive, settleShadow } from './settle-shadow.js';
import { settleSource } from './settle.js';

export interface VerifyOptions extends CallOptions, ShadowOptions, SourceOptions {
  /** A commit of git whose files are applied first, as production has them. Default a new database. */
  readonly since?: string | undefined;
  /** The same from the history of a live database, which is only read: its connection string. Not together with `since`. */
  readonly from?: string | undefined;
  /** How many rows tables of earlier files get, so that a scan of them is seen. Default 100. */
  readonly rows?: number | undefined;
}

/**
 * Proves on a database of its own that each file can run twice. The result is what `pgm verify --json` prints; `fit` is the
 * answer. Throws `ConfigurationError`, `SourceMissing`, `PostgresUnreachable`, `Transient`, `Refused`, `EmbeddedUnavailable`,
 * `Interrupted`.
 */
export function verify(options: VerifyOptions): Promise<ProofDocument> {
  return call(options, {
    settle: settleVerify,
    work: async (config, hooks) => {
      const work = await import('./work/verify.js');
      const { proofDocument } = await import('../core/proof/proof-document.js');
      return proofDocument(await work.verify(config, hooks));
    },
  });
}

/** The checked options, with defaults. */
export async function settleVerify(reader: OptionReader<VerifyOptions>) {
  const shadow = await settleShadow(reader);
  const [since, url] = [reader.text('since'), reader.text('from')];
  if (since !== null && url !== null) {
    reader.problems.add('since and from are both given: give one of them');
  }
  return {
    ...shadow,
    source: settleSource(reader, shadow.historySchema),
    since,
    from: await settleLive(reader, { url, name: 'from' }),
    rows: reader.number('rows', 100, [0, 999_999]),
  };
}
