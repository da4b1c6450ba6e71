import { translateAsking } from './backend/read-only.js';
import type { Client } from './wire/client.js';
import { serverErrorOf } from './wire/errors.js';

/**
 * Turns the server's errors about our own statements into our own; errors from elsewhere, such as a feed, are not the
 * server's.
 */
export async function translating<T>(client: Client, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (serverErrorOf(error) === null) throw error;
    throw await translateAsking(error, client);
  }
}
