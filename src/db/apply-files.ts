import type { ApplyOutcome, Feed, Stopped, Work } from '../core/ports.js';
import { applyFile, type ApplyHooks } from './apply-file.js';
import { applyChain, type ChainHooks, fitsChain } from './chain.js';
import type { Client } from './client.js';
import type { Runner } from '../core/ports.js';

export interface ApplyFilesOptions extends ApplyHooks, ChainHooks {
  readonly historySchema: string;
  readonly runner: Runner;
}

/** Applies what the feed gives, in chains where that can be, else one by one; see `Session.apply`. */
export async function applyFiles(
  client: Client,
  feed: Feed,
  options: ApplyFilesOptions,
): Promise<Stopped | null> {
  const { historySchema, runner } = options;
  const originOf = ({ revision }: Work) => ({ historySchema, runner, revision });
  const alone = async (work: Work): Promise<ApplyOutcome> => {
    work.onStarted();
    const outcome = await applyFile(client, work, originOf(work), options);
    if (outcome.kind === 'applied') work.onApplied(outcome.durationMs);
    return outcome;
  };
  let work = await feed();
  while (work !== null) {
    if (fitsChain(client, work)) {
      options.onWorker(client);
      const end = await applyChain(client, work, feed, originOf(work), options);
      if (end.kind === 'failed') return end;
      if (end.kind === 'unclear') return { work: end.work, outcome: await alone(end.work) };
      work = await end.next;
    } else {
      const outcome = await alone(work);
      if (outcome.kind !== 'applied') return { work, outcome };
      work = await feed();
    }
  }
  return null;
}
