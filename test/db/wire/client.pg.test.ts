import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Transient } from '../../../src/core/errors.js';
import type { Client } from '../../../src/db/wire/client.js';
import { openClient } from '../../support/client.js';
import { createDatabase, type Database } from '../../support/database.js';
import { freePort } from '../../support/http.js';
import { Relay } from '../../support/relay.js';
import { testServer } from '../../support/server.js';

let database: Database;
let client: Client;

beforeAll(async () => {
  database = await createDatabase();
});

afterAll(() => database.drop());

function open(port?: number): Promise<Client> {
  return openClient({ database: database.name, ...(port === undefined ? {} : { port }) });
}

beforeEach(async () => {
  client = await open();
});

afterEach(() => client.close());

/** More than a message of a usual file has, and than fits into one write. */
const longLength = 2 << 20;

test.each(['e', 'é', '🎉'])('a message of 64 MiB arrives as it is: %j', async (character) => {
  const content = character.repeat((64 << 20) / Buffer.byteLength(character));
  const [rows] = await client.run(`select md5('${content}') as md5`, 20_000);
  expect(rows).toEqual([{ md5: createHash('md5').update(content).digest('hex') }]);
});

test('messages are answered in the order in which they were sent, long and short', async () => {
  const answers: number[] = [];
  const send = async (n: number, padding: string): Promise<void> => {
    const [rows] = await client.run(`select /* ${padding} */ ${String(n)} as n`, 20_000);
    answers.push(Number(rows?.[0]?.['n']));
  };
  const long = 'x'.repeat(3 << 20);
  const paddings = ['', long, '', '', long, long, '', long, '', ''];
  const sent: Promise<void>[] = [];
  for (const [n, padding] of paddings.entries()) {
    sent.push(send(n, padding));
    // Some are written together by the driver, others while one is under way.
    if (n % 3 > 0) await new Promise(setImmediate);
  }
  await Promise.all(sent);
  expect(answers).toEqual(paddings.map((_, n) => n));
});

test('an error of a long message is its own, and the connection goes on', async () => {
  const broken = `select 1; /* ${'x'.repeat(longLength)} */ selec 2`;
  const [first, second] = await Promise.allSettled([
    client.run(broken),
    client.run('select 3 as n'),
  ]);
  expect(first).toMatchObject({ status: 'rejected', reason: { code: '42601' } });
  const reason: unknown = (first as PromiseRejectedResult).reason;
  expect(Number((reason as { position: string }).position)).toBe(broken.indexOf('selec 2') + 1);
  expect(second).toEqual({ status: 'fulfilled', value: [[{ n: 3 }]] });
});

test('a message that the server has not all of is cancelled at once, with its backend, and never runs', async () => {
  const relay = await Relay.open(testServer());
  const other = await open(relay.port);
  try {
    const held = relay.holdAt(/x{99}/);
    const text = `create table too_late (n int) /* ${'x'.repeat(24 << 20)} */`;
    const answer = other.runDiscardingRows(text);
    answer.catch(() => undefined);
    const letGo = await held;
    other.cancel();
    expect(other.lost).toBe(true);
    await expect(answer).rejects.toThrow(Transient);
    letGo();
    await expect
      .poll(() => database.sql`select 1 from pg_stat_activity where pid = ${other.facts.pid}`)
      .toEqual([]);
    expect(await database.sql`select to_regclass('too_late') as made`).toEqual([{ made: null }]);
  } finally {
    await other.close();
    await relay.close();
  }
});

test('a request to cancel that the server does not hear is answered for: the backend is given up', async () => {
  const relay = await Relay.open(testServer());
  const other = await open(relay.port);
  try {
    // The system takes all of it, and the server has nothing.
    const held = relay.holdAt(/pg_sleep/);
    const answer = other.runDiscardingRows('select pg_sleep(60)');
    answer.catch(() => undefined);
    await held;
    other.cancel();
    await expect(answer).rejects.toThrow(Transient);
    expect(other.lost).toBe(true);
  } finally {
    await other.close();
    await relay.close();
  }
});

/** What becomes of later connections. */
const spoilt = {
  'is refused': (relay: Relay): Promise<void> => {
    relay.refuse();
    return Promise.resolve();
  },
  'ends at once': async (relay: Relay): Promise<void> => {
    relay.aim({ host: '127.0.0.1', port: await freePort() });
  },
};

test.each(Object.entries(spoilt))(
  'a request to cancel whose connection %s does no harm',
  async (_, spoil) => {
    const relay = await Relay.open(testServer());
    const other = await open(relay.port);
    try {
      const answer = other.runDiscardingRows('select pg_sleep(60)');
      answer.catch(() => undefined);
      await expect
        .poll(
          () =>
            database.sql`select wait_event from pg_stat_activity where pid = ${other.facts.pid}`,
        )
        .toEqual([{ wait_event: 'PgSleep' }]);
      await spoil(relay);
      other.cancel();
      await expect(answer).rejects.toThrow(Transient);
    } finally {
      await other.close();
      await relay.close();
    }
  },
);

test('one that it has all of is cancelled there, and the connection goes on', async () => {
  const padding = 'x'.repeat(longLength);
  const answer = client.runDiscardingRows(`select pg_sleep(60) /* ${padding} */, 1`);
  answer.catch(() => undefined);
  await expect
    .poll(
      () => database.sql`
      select 1 from pg_stat_activity where pid = ${client.facts.pid} and wait_event = 'PgSleep'`,
    )
    .toHaveLength(1);
  client.cancel();
  await expect(answer).rejects.toMatchObject({ code: '57014' });
  expect(await client.run('select 1 as n')).toEqual([[{ n: 1 }]]);
});

test('a COPY with a long statement takes its rows behind it', async () => {
  await client.run('create table rows_of_copy (body text)');
  const statement = `copy rows_of_copy /* ${'x'.repeat(longLength)} */ from stdin`;
  const rows = 'é'.repeat(1000).concat('\n').repeat(2000);
  await client.copy(statement, rows);
  const [counted] = await client.run(
    'select count(*)::int as n, min(length(body)) as length from rows_of_copy',
  );
  expect(counted).toEqual([{ n: 2000, length: 1000 }]);
});

test('of several hosts without an answer each is named, with what happened there', async () => {
  const [one, other] = [await freePort(), await freePort()];
  const hosts = [one, other].map((port) => ({ host: '127.0.0.1', port }));
  const nothing = 'nothing is listening there (ECONNREFUSED)';
  await expect(openClient({ database: database.name }, { hosts })).rejects.toMatchObject({
    code: 'ECONNREFUSED',
    message: `127.0.0.1:${one}: ${nothing}, 127.0.0.1:${other}: ${nothing}`,
  });
});
