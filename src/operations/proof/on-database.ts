import { Interrupted, Transient } from '../../core/errors.js';
import type { Stop } from '../../core/ports.js';
import type { ProofDatabase, ProofSession } from '../../core/proof/database/proof-database.js';
import type { VerifyPorts } from './proving.js';

/** Does its work on a database that is made for it and dropped after it. `lost`: what is told of a server that is gone. */
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
    // On a server that is gone this fails too, and says less.
    await database.close().catch(() => undefined);
    // Whatever came of it, it is what was asked for.
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

/** A session on which nothing of a file runs any more once it has to stop. */
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
