import type { DriftReport } from '../../core/drift/drift-report.js';
import type { Base } from '../../core/proof/base.js';
import type { Proof } from '../../core/proof/proof.js';
import type { VerifyOptions } from '../../operations/verify.js';
import { openLive, readCommit } from '../open/adapters.js';
import { openSqlReader, readFiles, systemClock, withDatabase } from '../open/compose.js';
import { type ProofConfig, withProof } from '../open/proof.js';
import type { SourceConfig } from '../open/source-config.js';
import type { Hooks } from './hooks.js';
import { type LiveConfig, readLive } from './read-live.js';

interface FilesConfig extends ProofConfig {
  readonly source: SourceConfig;
}

interface VerifyConfig extends FilesConfig, Pick<VerifyOptions, 'rows'> {
  /** The commit whose files are applied first. */
  readonly since: string | null;
  /** The live database whose files are applied first. */
  readonly from: LiveConfig | null;
}

interface AgainstConfig extends FilesConfig {
  /** The database to compare with. */
  readonly against: LiveConfig;
  /** Patterns of schemas and objects to leave out. */
  readonly ignored: readonly string[];
}

export async function verify(config: VerifyConfig, hooks: Hooks): Promise<Proof> {
  const { emit, stop } = hooks;
  const operations = await import('../../operations/verify.js');
  const snapshot = await readFiles(config, emit);
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

/** Whether the files make what is in a database. */
export async function verifyAgainst(
  config: AgainstConfig,
  { emit, stop }: Hooks,
): Promise<DriftReport> {
  const operations = await import('../../operations/verify-against.js');
  const snapshot = await readFiles(config, emit);
  const { against, ignored } = config;
  const { waitTimeoutMs, origin } = against;
  return withDatabase(against, emit, async (database) => {
    const live = await openLive(against);
    const sqlReader = await openSqlReader();
    const side = { database, live, sqlReader, clock: systemClock, emit, stop };
    return withProof(config, emit, (openProof) =>
      operations.verifyAgainst(
        snapshot,
        { ...side, openProof },
        { waitTimeoutMs, origin, ignored },
      ),
    );
  });
}

async function readBase({ source, since, historySchema }: VerifyConfig): Promise<Base | null> {
  if (since === null) return null;
  const { name, snapshot } = await readCommit(source, since, historySchema);
  return { name, migrations: snapshot.migrations, live: null };
}
