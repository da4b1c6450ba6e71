import { EventEmitter, once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PgmEvent, watch } from '../../src/index.js';
import { emptyDatabaseName, type DatabaseName } from '../support/database.js';
import { makeTree, type Tree } from '../support/tree.js';

let database: DatabaseName;
let tree: Tree;

beforeEach(async () => {
  database = emptyDatabaseName();
  tree = await makeTree({ 'shop/001_orders.sql': 'CREATE TABLE public.orders (id int);' });
});

afterEach(async () => {
  await tree.remove();
  await database.drop();
});

test('watch of the library serves the probes of pgm watch if asked to, until it is told to stop', async () => {
  const events = new EventEmitter();
  const stopping = new AbortController();
  const listening = once(events, 'health-listening');
  const applied = once(events, 'watching');
  const watching = watch({
    databaseUrl: database.url,
    dir: tree.directory,
    signal: stopping.signal,
    graceMs: 0,
    health: { port: 0, host: '127.0.0.1', namespace: 'shop', configmapName: 'files' },
    onEvent: (event: PgmEvent) => events.emit(event.kind, event),
  });
  const [{ address }] = (await listening) as [{ readonly address: string }];
  await applied;
  const ask = (path: string): Promise<Response> => fetch(`${address}${path}`);
  expect((await ask('/liveness')).status).toBe(200);
  const ready = await ask('/readiness');
  expect([ready.status, await ready.json()]).toMatchObject([200, { ready: true }]);
  expect(await (await ask('/status')).json()).toMatchObject({
    namespace: 'shop',
    configmap: 'files',
    status: { upToDate: true },
  });
  expect(await (await ask('/metrics')).text()).toContain(
    `pgm_build_info{version="0.1.0",node_version="${process.versions.node}"} 1`,
  );
  stopping.abort();
  await watching;
  await expect(ask('/liveness')).rejects.toThrow();
});
