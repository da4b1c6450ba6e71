const pg = require('pg');
const { migratedDatabase, withMigratedDatabase } = require('postgres-manager/testing');
const { placeOrder, totalOf } = require('../src/orders.js');

/** One database for the tests of this file, which see what the ones before them did. */
describe('one database for a file', () => {
  let database;
  let client;

  beforeAll(async () => {
    database = await migratedDatabase();
    client = new pg.Client(database.url);
    await client.connect();
  });

  afterAll(async () => {
    await client?.end();
    await database?.drop();
  });

  test('a customer without orders has a total of nothing', async () => {
    expect(await totalOf(client, 'ada@example.com')).toBe(0);
  });

  test('orders add up', async () => {
    await placeOrder(client, 'ada@example.com', 1250);
    await placeOrder(client, 'ada@example.com', 750);
    expect(await totalOf(client, 'ada@example.com')).toBe(2000);
  });
});

/** Jest tells no test how it ends, so what fails inside is a failure: with `keep`, the database stays then. */
test('a database for one test', async () => {
  await withMigratedDatabase({ keep: 'on-failure' }, async ({ url }) => {
    const client = new pg.Client(url);
    await client.connect();
    try {
      await placeOrder(client, 'ada@example.com', 1);
      expect(await totalOf(client, 'ada@example.com')).toBe(1);
    } finally {
      await client.end();
    }
  });
});
