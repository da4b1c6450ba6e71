import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '../wire/client.js';
import { literal } from '../wire/quote.js';

const shortestPollMs = 2;
const longestPollMs = 20;

/**
 * Waits, at most `withinMs`, until nobody is connected to a database: a session that has just been closed takes a millisecond
 * or two to end. The server itself waits for it too, but only looks every 100 ms.
 */
export async function untilEmpty(
  client: Client,
  database: string,
  withinMs: number,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  const question = `
select from pg_catalog.pg_stat_activity where datname = ${literal(database)} limit 1`;
  for (
    let ms = shortestPollMs;
    performance.now() < deadline;
    ms = Math.min(2 * ms, longestPollMs)
  ) {
    const [rows] = await client.run(question);
    if (rows?.length === 0) return;
    await delay(ms);
  }
}
