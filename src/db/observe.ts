import type { Observer } from '../core/ports.js';
import { noLongWait, type Side } from './backend/backends.js';
import { HistoryTables } from './history/history-tables.js';
import { type Asked, observing, type SessionOptions, translating } from './session.js';
import type { Client } from './wire/client.js';

interface ObserveOptions extends Pick<SessionOptions, 'runner' | 'outside'> {
  readonly historySchema: string;
}

/**
 * What probes may ask, on the second backend of a run. A run that begins opens a new one; a question that is unanswered by
 * then is asked again there. `settle` is called with each backend before it is asked anything.
 */
export async function observe(
  side: Side,
  settle: (client: Client) => Promise<void>,
  { historySchema, ...own }: ObserveOptions,
): Promise<Observer> {
  const leave = side.enter('probe');
  const open = async (): Promise<HistoryTables> => {
    const client = await side.client();
    await settle(client);
    return new HistoryTables(client, historySchema, undefined, noLongWait);
  };
  let unanswered = 0;
  const close = (): Promise<void> => {
    leave(unanswered > 0);
    return Promise.resolve();
  };
  try {
    let tables = await open();
    const asked: Asked = async (ask) => {
      const first = tables;
      unanswered += 1;
      try {
        return await translating(first.client, () => ask(first));
      } catch (error) {
        if (!side.isReplaced(first.client)) throw error;
        const next = await open();
        tables = next;
        return await translating(next.client, () => ask(next));
      } finally {
        unanswered -= 1;
      }
    };
    return { ...observing(() => tables, asked, own), close };
  } catch (error) {
    leave();
    throw error;
  }
}
