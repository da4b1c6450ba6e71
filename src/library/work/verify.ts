import type { Base } from '../../core/proof/base.js';
import type { Proof } from '../../core/proof/proof.js';
import type { VerifyOptions } from '../../operations/verify.js';
import type { Server } from '../connection/choose-server.js';
import { readCommit } from '../open/adapters.js';
import { openSource, openSqlReader } from '../open/compose.js';
import { withProof } from '../open/proof.js';
import type { SourceConfig } from '../open/source-config.js';
import type { Hooks } from './hooks.js';
import { type LiveConfig, readLive } from './read-live.js';

export interface VerifyConfig extends Pick<VerifyOptions, 'rows'> {
  readonly source: SourceConfig;
  /** Where the database for the proof is made. */
  readonly server: Server;
  readonly historySchema: string;
  /** The commit whose files are applied first. */
  readonly since: string | null;
  /** The live database whose files are applied first. */
  readonly from: LiveConfig | null;
  readonly lockTimeoutMs: number;
  readonly roles: readonly string[];
}

export async function verify(config: VerifyConfig, hooks: Hooks): Promise<Proof> {
  const { emit, stop } = hooks;
  const operations = await import('../../operations/verify.js');
  const source = openSource(config.source, config.historySchema);
  const snapshot = await source.read();
  emit({ kind: 'source-read', directory: source.directory, snapshot });
  const { from } = config;
  const base =
    from === null
      ? await readBase(config)
      : await readLive(snapshot, { live: from, source: config.source }, hooks);
  const sqlReader = await openSqlReader();
  const proof = await withProof(config, emit, (openProof) =>
    operations.verify(snapshot, { sqlReader, openProof, emit, stop }, { rows: config.rows, base }),
  );
  emit({ kind: 'verify-finished' });
  return proof;
}

async function readBase({ source, since, historySchema }: VerifyConfig): Promise<Base | null> {
  if (since === null) return null;
  const { name, snapshot } = await readCommit(source, since, historySchema);
  return { name, migrations: snapshot.migrations, live: null };
}
