import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';
import { get, until } from '../support/http.js';
import { asAdmin } from '../support/server.js';
import { makeTree, type Tree } from '../support/tree.js';
import { filesOf, handMadeBy } from './hand-made.js';
import { isDrift, isOver, Watching } from './watching.js';

const role = `night_${randomBytes(4).toString('hex')}`;
let database: Database;
let home: Tree;
let watching: Watching;

beforeEach(async () => {
  database = await createDatabase();
  await asAdmin((admin) => admin.unsafe(`create role ${role}`));
  home = await makeTree(filesOf(role));
});

afterEach(async () => {
  await watching.stop();
  await home.remove();
  await database.drop();
  await asAdmin((admin) => admin.unsafe(`drop role ${role}`));
});

test('watch names each of twenty hand-made drifts in one warning, and says once that it is over', async () => {
  watching = await Watching.begin(home.directory, database.url);
  await watching.looked();
  const [{ owner = '' } = {}] = await database.sql`select current_user as owner`;
  const drifts = handMadeBy(role, String(owner));
  expect(drifts.length).toBeGreaterThanOrEqual(20);
  const told: Record<string, unknown> = {};
  let at = watching.process.output.length;
  for (const { what, sql, undo } of drifts) {
    await database.sql.unsafe(sql);
    at = await watching.process.printed(isDrift, at);
    told[what] = await watching.named();
    await database.sql.unsafe(undo);
    at = await watching.process.printed(isOver, at);
  }
  expect(told).toEqual(Object.fromEntries(drifts.map(({ what, found }) => [what, found])));
  expect([watching.warnings.length, watching.ends.length]).toEqual([drifts.length, drifts.length]);
  expect(watching.process.output).not.toMatch(/not known whether/);
});

test('drift shows with the file that made the object in the log, in metrics and on the page, and is a no to strict alone', async () => {
  watching = await Watching.begin(home.directory, database.url, '--readiness', 'strict');
  await watching.looked();
  await database.sql`drop index shop.orders_state`;
  const { body } = await until(watching.port, '/readiness', 503);
  expect(body['reason']).toBe(
    'drift: 1 object is not as the files made it, first index shop.orders_state (missing)',
  );
  expect((await get(watching.port, '/liveness')).status).toBe(200);
  await watching.process.printed(/missing {4}index shop\.orders_state \(shop\/001_tables\.sql\)/);
  const text = async (path: string): Promise<string> =>
    (await fetch(`http://localhost:${watching.port}${path}`)).text();
  await expect.poll(() => text('/metrics')).toMatch(/pgm_drift_objects{kind="missing"} 1\n/);
  expect(await text('/metrics')).toMatch(/pgm_drift_objects{kind="unknown"} 0\n/);
  expect(await text('/')).toMatch(/made by <code>shop&#47;001|made by <code>shop\/001/);
  await database.sql`create index orders_state on shop.orders (state)`;
  await until(watching.port, '/readiness', 200);
});

test('a file that makes what somebody made by hand ends the drift', async () => {
  watching = await Watching.begin(home.directory, database.url);
  await watching.looked();
  await database.sql`create index night on shop.users (email)`;
  const at = await watching.process.printed(isDrift);
  await home.write({
    'shop/004_night.sql': 'create index if not exists night on shop.users (email);\n',
  });
  await watching.process.printed(isOver, at);
  expect((await watching.drift())?.count).toBe(0);
});
