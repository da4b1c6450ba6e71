import { Interrupted, Transient } from '../../core/errors.js';
import type { Stop } from '../../core/ports.js';
import type { ProofDatabase, ProofSession } from '../../core/proof/database/proof-database.js';
import type { VerifyPorts } from './proving.js';

/**
 * Does its work on a database that is created for it and dropped afterwards. `lost`: what to say about a server that is gone.
 */
export async function onDatabase<T>(
  { openProof, stop }: Pick<VerifyPorts, 'openProof' | 'stop'>,
  work: (database: ProofDatabase) => Promise<T>,
  lost = 'on which files are proved is gone, and nothing was proved',
): Promise<T> {
  const database = await openProof();
  const cancel = (): void => {
    database.cancel();
  };
  stop.now.addEventListener('abort', cancel);
  try {
    const result = await work({ ...database, session: stoppable(database.session, stop) });
    await database.close();
    return result;
  } catch (error) {
    // On a server that is gone this fails too, with a less useful error.
    await database.close().catch(() => undefined);
    // Whatever the error, it was told to stop.
    if (stop.now.aborted) throw new Interrupted();
    throw error instanceof Transient ? nothingDone(error, lost) : error;
  } finally {
    stop.now.removeEventListener('abort', cancel);
  }
}

function nothingDone({ reason, code }: Transient, lost: string): Transient {
  const message = `the server ${lost}: ${reason}`;
  return new Transient(message, code);
}

/** A session that runs no more of a file once it has to stop. */
function stoppable(session: ProofSession, { now }: Stop): ProofSession {
  const check = (): void => {
    if (now.aborted) throw new Interrupted();
  };
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    check();
    const result = await work();
    check();
    return result;
  };
  return {
    ...session,
    run: (sql, piece) => guarded(() => session.run(sql, piece)),
    checkDeferred: () => guarded(() => session.checkDeferred()),
    tryDeferred: () => guarded(() => session.tryDeferred()),
    commit: () => guarded(() => session.commit()),
  };
}
