import { afterEach, beforeEach, expect, test } from 'vitest';
import { Transient } from '../../../src/core/errors.js';
import type { Client } from '../../../src/db/wire/client.js';
import { openClient } from '../../support/client.js';
import { createDatabase, type Database } from '../../support/database.js';
import { Relay } from '../../support/relay.js';
import { testServer } from '../../support/server.js';

let database: Database;
let proxy: Relay;
let client: Client;
/** How many messages it takes to open a client and to ask it one thing. */
let usual: number;

beforeEach(async () => {
  database = await createDatabase();
  proxy = await Relay.open(testServer());
  client = await open();
  await client.run('create table t (n int)');
  usual = proxy.messages;
});

afterEach(async () => {
  await client.close();
  await proxy.close();
  await database.drop();
});

function open(): Promise<Client> {
  return openClient({ database: database.name, port: proxy.port });
}

async function terminate(): Promise<void> {
  await database.sql`select pg_terminate_backend(${client.facts.pid}, 5000)`;
  await expect.poll(() => client.lost).toBe(true);
}

/** Whatever the lost client might still send is on its way before what another one, opened only now, is asked. */
async function expectNothingSent(): Promise<void> {
  proxy.arm(null);
  const other = await open();
  await other.run('select 1');
  await other.close();
  expect(proxy.messages).toBe(usual);
  expect(await database.sql`select n from t`).toEqual([]);
}

test('what is asked of a client whose backend is gone is sent to no other backend', async () => {
  await terminate();
  await expect(client.run('insert into t values (1)')).rejects.toThrow(Transient);
  await expect(client.runDiscardingRows('insert into t values (2)')).rejects.toThrow(Transient);
  await expect(client.copy('copy t from stdin', '3\n')).rejects.toThrow(Transient);
  await expectNothingSent();
});

test('what the driver had not sent yet when the backend was lost is sent to no other backend', async () => {
  // More than the driver has under way at once.
  const asked = ['select pg_sleep(60)', ...Array<string>(1_500).fill('insert into t values (4)')];
  const answers = Promise.allSettled(asked.map((text) => client.runDiscardingRows(text)));
  await expect
    .poll(
      () => database.sql`
        select 1 from pg_stat_activity where pid = ${client.facts.pid} and wait_event = 'PgSleep'`,
    )
    .toHaveLength(1);
  await terminate();
  expect((await answers).map(({ status }) => status)).toEqual(asked.map(() => 'rejected'));
  await expectNothingSent();
});
