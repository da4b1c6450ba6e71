import { Interrupted, Transient } from '../core/errors.js';
import type { Stop } from '../core/ports.js';
import type { Snapshot } from '../core/files/migration.js';
import type { Proof } from '../core/proof/proof.js';
import type { ProofDatabase, ProofSession } from '../core/proof/database/proof-database.js';
import { applyBase } from './proof/apply-base.js';
import { compareWithNew } from './proof/compare-with-new.js';
import { Proving, type VerifyOptions, type VerifyPorts } from './proof/proving.js';

export type { VerifyOptions, VerifyPorts } from './proof/proving.js';

/**
 * Proves on a database of its own that each file of a snapshot can run twice: first and second at its place, and once more
 * behind all files, which is what an edited file meets. Also tells what each statement does to tables that are there before
 * its file. Throws `Transient`, `Refused`, `Interrupted`.
 */
export async function verify(
  snapshot: Snapshot,
  ports: VerifyPorts,
  options: VerifyOptions,
): Promise<Proof> {
  const base = options.base ?? null;
  const proving = await onDatabase(ports, async (database) => {
    const applied = base === null ? null : await applyBase(base.migrations, database, ports);
    const run = new Proving({ snapshot, database, applied }, ports, options);
    await run.prove();
    return run;
  });
  const { compared } = proving;
  if (compared !== null) {
    proving.add(
      await onDatabase(ports, (database) => compareWithNew(snapshot, compared, database, ports)),
    );
  }
  return proving.proof;
}

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
