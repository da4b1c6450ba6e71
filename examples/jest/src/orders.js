/** The total of a customer's orders, in cents. */
async function totalOf(client, email) {
  const { rows } = await client.query(
    `SELECT coalesce(sum(o.cents), 0)::int AS total
     FROM shop.orders o JOIN shop.customers c ON c.id = o.customer WHERE c.email = $1`,
    [email],
  );
  return rows[0].total;
}

/** Places an order, for a customer who may be new. */
async function placeOrder(client, email, cents) {
  await client.query(
    `WITH customer AS (
       INSERT INTO shop.customers (email) VALUES ($1)
       ON CONFLICT (email) DO UPDATE SET email = excluded.email RETURNING id)
     INSERT INTO shop.orders (customer, cents) SELECT id, $2 FROM customer`,
    [email, cents],
  );
}

module.exports = { placeOrder, totalOf };
