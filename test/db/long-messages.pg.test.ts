import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Transient } from '../../src/core/errors.js';
import { stepLength } from '../../src/core/steps.js';
import type { Client } from '../../src/db/client.js';
import { dial } from '../../src/db/dial.js';
import { longLength, LongMessages, type MessageText } from '../../src/db/long-messages.js';
import { createDatabase, type Database } from '../support/database.js';
import { Relay } from '../support/relay.js';
import { settingsFor, shortPatience } from '../support/run.js';
import { testServer } from '../support/server.js';

let database: Database;
let client: Client;

beforeAll(async () => {
  database = await createDatabase();
});

afterAll(() => database.drop());

function open(port?: number): Promise<Client> {
  return dial({
    settings: settingsFor({ database: database.name, ...(port === undefined ? {} : { port }) }),
    database: database.name,
    historySchema: 'pgm',
    applicationName: 'pgm/0.0.0 test',
    patience: shortPatience,
    firstQuestions: { mayGoAhead: true },
    onOrphan: () => undefined,
  });
}

beforeEach(async () => {
  client = await open();
});

afterEach(() => client.close());

const opening = "select md5('";
const closing = "') as md5";

/** What the server took for the content of a literal, by its hash. */
async function hashBy(text: MessageText): Promise<unknown> {
  const rows: unknown[] = [];
  await client.runDiscardingRows(text, (row) => rows.push(row['md5']));
  return rows[0];
}

function hashOf(content: string): string {
  return createHash('md5').update(content).digest('hex');
}

describe('a long message arrives as it is', () => {
  test.each([
    ['one unit below those that are', longLength - 1],
    ['the shortest that is', longLength],
    ['one unit more', longLength + 1],
    ['the largest file pgm is built for', 64 << 20],
  ])('%s', async (_, length) => {
    const content = 'x'.repeat(length - opening.length - closing.length);
    const text = opening + content + closing;
    expect(await hashBy(text)).toBe(hashOf(content));
    expect(await hashBy(Buffer.from(text))).toBe(hashOf(content));
  });

  test.each(['é', '東', '🎉', '\ud83c', '\udf89'])(
    'with %j across the ends of its parts',
    async (character) => {
      for (let shift = 0; shift <= 4; shift += 1) {
        const whole = Math.ceil(longLength / stepLength / character.length);
        const content = 'x'.repeat(shift) + character.repeat(whole * stepLength);
        expect(await hashBy(opening + content + closing), String(shift)).toBe(hashOf(content));
      }
    },
  );
});

test('messages are answered in the order in which they were sent, long and short', async () => {
  const answers: unknown[] = [];
  const send = (n: number, padding: string): Promise<unknown> =>
    client.runDiscardingRows(`select /* ${padding} */ ${String(n)} as n`, (row) =>
      answers.push(row['n']),
    );
  const long = 'x'.repeat(3 << 20);
  const paddings = ['', long, '', '', long, long, '', long, '', ''];
  const sent: Promise<unknown>[] = [];
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

test('a message that the server has not all of is cancelled with its backend, which would not hear of it', async () => {
  const relay = await Relay.open(testServer());
  const other = await open(relay.port);
  try {
    const held = relay.holdAt(/x{99}/);
    const answer = other.runDiscardingRows(`select /* ${'x'.repeat(24 << 20)} */ 1`);
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

test('a stand-in that reached a server would be a syntax error', async () => {
  const { standIn } = new LongMessages().make('select 1');
  await expect(client.run(standIn)).rejects.toMatchObject({ code: '42601' });
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
