import { fileSettings } from '../backend/backends.js';
import type { Client } from '../wire/client.js';

/**
 * Reads as a new session would, whatever a file has set (a role, a time zone, a timeout), and gives the file its settings
 * back. `isOpen`: within the open transaction.
 */
export async function look<T>(
  client: Client,
  isOpen: boolean,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const begin = isOpen ? `savepoint ${mark}` : 'begin';
  await client.run(`${begin}; reset session authorization; reset all;
${fileSettings(client, 'local')} set local statement_timeout = 0`);
  try {
    return await work(client);
  } finally {
    await client.run(isOpen ? giveBack : 'rollback');
  }
}

const mark = 'pgm_look';
const giveBack = `rollback to savepoint ${mark}; release savepoint ${mark}`;

/** The same for a single question about the backend in an open transaction, which any role may ask. */
export function patiently(question: string): string {
  return `savepoint ${mark}; set local statement_timeout = 0; ${question}; ${giveBack}`;
}
