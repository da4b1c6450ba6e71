import pg from 'pg';
import { migratedDatabase } from 'postgres-manager/testing';
import { expect, test as base } from 'vitest';
import { placeOrder, totalOf } from '../src/orders.js';

/** Every test that asks for `client` has a database of its own, with everything in migrations/ applied. */
const test = base.extend({
  client: async ({ task, onTestFinished }, use) => {
    // With PGM_TEST_KEEP=on-failure the database of a failed test stays, and its URL is printed.
    const database = await migratedDatabase({ test: { task, onTestFinished } });
    const client = new pg.Client(database.url);
    await client.connect();
    await use(client);
    await client.end();
  },
});

test('a customer without orders has a total of nothing', async ({ client }) => {
  expect(await totalOf(client, 'ada@example.com')).toBe(0);
});

test('orders add up', async ({ client }) => {
  await placeOrder(client, 'ada@example.com', 1250);
  await placeOrder(client, 'ada@example.com', 750);
  expect(await totalOf(client, 'ada@example.com')).toBe(2000);
});

test.concurrent('an order of another test is not here', async ({ client, expect }) => {
  await placeOrder(client, 'ada@example.com', 1);
  expect(await totalOf(client, 'ada@example.com')).toBe(1);
});

test.concurrent('nor here', async ({ client, expect }) => {
  await placeOrder(client, 'ada@example.com', 2);
  expect(await totalOf(client, 'ada@example.com')).toBe(2);
});
