import { createServer } from 'node:http';
import pg from 'pg';
import { placeOrder, totalOf } from './orders.js';

/** `POST /orders?email=…&cents=…` places an order; `GET /total?email=…` adds them up. Gives the server and its address. */
export async function startServer(databaseUrl) {
  const pool = new pg.Pool({ connectionString: databaseUrl });
  const server = createServer((request, response) => {
    answer(pool, request)
      .catch(() => ({ status: 500, body: {} }))
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async () => {
    await new Promise((resolve) => server.close(resolve));
    await pool.end();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}

async function answer(pool, { method, url }) {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const email = searchParams.get('email');
  if (method === 'POST' && pathname === '/orders') {
    await placeOrder(pool, email, Number(searchParams.get('cents')));
    return { status: 201, body: {} };
  }
  if (pathname === '/total') return { status: 200, body: { total: await totalOf(pool, email) } };
  return { status: 404, body: {} };
}
