import type { ConnectionSettings } from '../../core/connection/connection.js';
import { Transient } from '../../core/errors.js';
import type { Emit } from '../../core/events.js';
import type { ProofDatabase } from '../../core/proof/database/proof-database.js';
import type { Server } from '../connection/choose-server.js';
import { thisRunner } from './compose.js';
import { startEmbedded } from './embedded.js';

/** The throw-away database on which files are tried. */
export interface ProofConfig {
  /** Where it is created. */
  readonly server: Server;
  readonly historySchema: string;
  readonly lockTimeoutMs: number;
  readonly roles: readonly string[];
}

/** Lends what creates the database for a proof: on a running server, or on an embedded one that is stopped after `work`. */
export async function withProof<T>(
  { server, historySchema, lockTimeoutMs, roles }: ProofConfig,
  emit: Emit,
  work: (openProof: () => Promise<ProofDatabase>) => Promise<T>,
): Promise<T> {
  const opening = async (settings: ConnectionSettings, name: string | null) => {
    const { openProof } = await import('../../db/proof/open-proof.js');
    const runner = thisRunner();
    return () => openProof({ settings, runner, historySchema, lockTimeoutMs, name, roles });
  };
  if (server.kind === 'running') return work(named(server, await opening(server.settings, null)));
  const embedded = await startEmbedded(server, emit);
  try {
    const { settings } = embedded;
    return await work(await opening(settings, settings.database));
  } finally {
    await embedded.stop();
  }
}

/** Trouble with a server that was given for this is not about the target. */
function named(
  { settings }: Extract<Server, { kind: 'running' }>,
  open: () => Promise<ProofDatabase>,
): () => Promise<ProofDatabase> {
  return async () => {
    try {
      return await open();
    } catch (cause) {
      if (!(cause instanceof Transient)) throw cause;
      const reason = `${settings.origins.server}: ${cause.reason}`;
      throw new Transient(reason, cause.code, { cause });
    }
  };
}
