import type { ApplyOutcome, Work } from '../core/ports.js';
import { applyInTransaction } from './apply-in-transaction.js';
import { applyOutside } from './apply-outside.js';
import type { Client } from './client.js';
import type { Origin } from './history-row.js';
import { supervise, type Supervision, withBlockers } from './supervise.js';

export interface ApplyHooks {
  /** Opens one more backend. */
  readonly open: () => Promise<Client>;
  /** Called with the client that works on the file from here on, and its backend; so that it can be cancelled. */
  readonly onWorker: (worker: Client) => void;
  /** Called when the answer to COMMIT did not come. */
  readonly onUnknownCommit: (transactionId: string) => void;
  /** Asks whether the run lock was ours without a break: then nobody else can have written to the history. */
  readonly holdsRunLock: () => Promise<boolean>;
}

/** Runs one file in a clean session and records it. Throws `Transient` when the trouble is not the file's. */
export async function applyFile(
  client: Client,
  work: Work,
  origin: Origin,
  { open, onWorker, onUnknownCommit, holdsRunLock }: ApplyHooks,
): Promise<ApplyOutcome> {
  const { judgement, onProgress, lockTimeoutMs } = work;
  let supervision: Supervision | null = null;
  const watchOver = (worker: Client, pid: number): void => {
    supervision = supervise({ worker, pid, lockTimeoutMs, open, onProgress });
  };
  const outcome = async (): Promise<ApplyOutcome> => {
    await client.run('discard all');
    if (judgement.kind === 'transaction') {
      const onBackend = (pid: number): void => {
        watchOver(client, pid);
      };
      const hooks = { onBackend, onUnknownCommit, holdsRunLock };
      return applyInTransaction(client, work, judgement.pieces, origin, hooks);
    }
    return applyOutside(client, work, judgement.statements, origin, {
      open,
      holdsRunLock,
      onWorker: (worker) => {
        onWorker(worker);
        // Behind a pooler each statement may get another backend; its own keepalives have to do there.
        if (!worker.facts.pooled) watchOver(worker, worker.facts.pid);
      },
    });
  };
  client.onNotice = work.onNotice;
  onWorker(client);
  try {
    return withBlockers(await outcome(), supervision);
  } finally {
    (supervision as Supervision | null)?.end();
    client.onNotice = () => undefined;
  }
}
