import { afterAll, beforeAll, expect, test } from 'vitest';
import { watchLocks } from '../../../src/db/proof/watch-locks.js';
import type { Client } from '../../../src/db/wire/client.js';
import { openClient } from '../../support/client.js';
import { createDatabase, type Database } from '../../support/database.js';

let database: Database;
const clients: Client[] = [];

async function open(): Promise<Client> {
  const client = await openClient({ database: database.name });
  clients.push(client);
  return client;
}

beforeAll(async () => {
  database = await createDatabase();
});

afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await database.drop();
});

test('work that ends with an error while locks are read rejects once, and only for whoever waits for it', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => {
    unhandled.push(reason);
  };
  process.on('unhandledRejection', note);
  try {
    const watchers = { looking: await open(), holding: [await open(), await open()] as const };
    const stopped = new Error('told to stop');
    const watched = watchLocks(0, watchers, () => Promise.reject(stopped));
    await expect(watched).rejects.toBe(stopped);
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
  }
});
