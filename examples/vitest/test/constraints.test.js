import pg from 'pg';
import { migratedDatabase } from 'postgres-manager/testing';
import { expect, test } from 'vitest';
import { placeOrder } from '../src/orders.js';

/** Another file, and so another worker: on the same server. */
test('an order costs something', async (context) => {
  // It is dropped when the test is over.
  const { url } = await migratedDatabase({ test: context });
  const client = new pg.Client(url);
  await client.connect();
  await expect(placeOrder(client, 'ada@example.com', 0)).rejects.toMatchObject({ code: '23514' });
  await client.end();
});
