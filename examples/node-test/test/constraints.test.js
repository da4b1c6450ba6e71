import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { withMigratedDatabase } from 'postgres-manager/testing';
import { placeOrder } from '../src/orders.js';

/** Another file, and so another process: on the same server. */
test('an order costs something', async () => {
  await withMigratedDatabase({}, async ({ url }) => {
    const client = new pg.Client(url);
    await client.connect();
    await assert.rejects(placeOrder(client, 'ada@example.com', 0), { code: '23514' });
    await client.end();
  });
});
