import type { ApplyOutcome, Work } from '../core/ports.js';
import { applyInTransaction } from './apply-in-transaction.js';
import { applyOutside } from './apply-outside.js';
import type { Client } from './client.js';
import type { Origin } from './record.js';
import { supervise } from './supervise.js';

export interface ApplyHooks {
  /** Opens one more backend. */
  readonly open: () => Promise<Client>;
  /** Called with the client that works on the file from here on, and its backend; so that it can be cancelled. */
  readonly onWorker: (worker: Client) => void;
  /** Called when the answer to COMMIT did not come. */
  readonly onUnknownCommit: (transactionId: string) => void;
}

/** Runs one file in a clean session and records it. Throws `Transient` when the trouble is not the file's. */
export async function applyFile(
  client: Client,
  work: Work,
  origin: Origin,
  { open, onWorker, onUnknownCommit }: ApplyHooks,
): Promise<ApplyOutcome> {
  const { judgement, onProgress } = work;
  let endSupervision: () => void = () => undefined;
  const watchOver = (worker: Client, pid: number): void => {
    endSupervision = supervise({ worker, pid, open, onProgress });
  };
  client.onNotice = work.onNotice;
  onWorker(client);
  try {
    await client.run('discard all');
    if (judgement.kind === 'transaction') {
      const onBackend = (pid: number): void => {
        watchOver(client, pid);
      };
      const hooks = { onBackend, onUnknownCommit };
      return await applyInTransaction(client, work, judgement.pieces, origin, hooks);
    }
    return await applyOutside(client, work, judgement.statements, origin, {
      open,
      onWorker: (worker) => {
        onWorker(worker);
        // Behind a pooler each statement may get another backend; its own keepalives have to do there.
        if (!worker.facts.pooled) watchOver(worker, worker.facts.pid);
      },
    });
  } finally {
    endSupervision();
    client.onNotice = () => undefined;
  }
}
