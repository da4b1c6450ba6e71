const pg = require('pg');
const { withMigratedDatabase } = require('postgres-manager/testing');
const { placeOrder } = require('../src/orders.js');

/** Another file, and so perhaps another worker: on the same server. */
test('an order costs something', async () => {
  await withMigratedDatabase({}, async ({ url }) => {
    const client = new pg.Client(url);
    await client.connect();
    await expect(placeOrder(client, 'ada@example.com', 0)).rejects.toMatchObject({ code: '23514' });
    await client.end();
  });
});
