import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { migratedDatabase } from 'postgres-manager/testing';
import { buildApp } from '../src/app.js';

/** What is already in place costs the application one question when it starts. */
test('a customer is added', async (t) => {
  const { url } = await migratedDatabase({ test: t });
  const app = buildApp({ databaseUrl: url, logger: false });
  t.after(() => app.close());
  const payload = { email: 'ada@example.com' };
  const answer = await app.inject({ method: 'POST', url: '/customers', payload });
  assert.equal(answer.statusCode, 201);
  assert.deepEqual(answer.json(), { id: 1, email: 'ada@example.com' });
});

test('two instances that start at once on an empty database apply every file once', async (t) => {
  const { url } = await migratedDatabase({ test: t, dir: 'test/nothing' });
  const apps = [1, 2].map(() => buildApp({ databaseUrl: url, logger: false }));
  t.after(() => Promise.all(apps.map((app) => app.close())));
  await Promise.all(apps.map((app) => app.ready()));
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query('SELECT attempts FROM pgm.migrations');
  await client.end();
  assert.deepEqual(rows, [{ attempts: 1 }, { attempts: 1 }]);
});
