import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { migratedDatabase } from 'postgres-manager/testing';
import { placeOrder, totalOf } from '../src/orders.js';

/** A client on a database of the test's own, which is dropped when the test is over. */
async function connect(t) {
  const { url } = await migratedDatabase({ test: t });
  const client = new pg.Client(url);
  await client.connect();
  t.after(() => client.end());
  return client;
}

test('a customer without orders has a total of nothing', async (t) => {
  assert.equal(await totalOf(await connect(t), 'ada@example.com'), 0);
});

test('orders add up', async (t) => {
  const client = await connect(t);
  await placeOrder(client, 'ada@example.com', 1250);
  await placeOrder(client, 'ada@example.com', 750);
  assert.equal(await totalOf(client, 'ada@example.com'), 2000);
});
