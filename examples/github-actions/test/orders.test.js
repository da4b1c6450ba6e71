import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { migratedDatabase } from 'postgres-manager/testing';

test('a customer has one address only', async (t) => {
  const { url } = await migratedDatabase({ test: t });
  const client = new pg.Client(url);
  await client.connect();
  t.after(() => client.end());
  await client.query("INSERT INTO shop.customers (email) VALUES ('ada@example.com')");
  await assert.rejects(
    client.query("INSERT INTO shop.customers (email) VALUES ('ada@example.com')"),
    { code: '23505' },
  );
});
