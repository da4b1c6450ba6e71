import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { usualPatience } from '../../src/db/database.js';
import { createDatabase, type Database } from '../support/database.js';
import type { Fault } from '../support/relay-link.js';
import { Relay } from '../support/relay.js';
import { countingFiles, expectNobodyLeft, expectWhole } from '../support/invariants.js';
import { migrateFiles, shortPatience } from '../support/run.js';
import { testServer } from '../support/server.js';

/** One database for all: making one costs more than a run, and each trial has a history and a table of its own. */
let database: Database;
let messages: number;
let trials = 0;

beforeAll(async () => {
  database = await createDatabase();
  const counts = [
    await countMessages('one'),
    await countMessages('two'),
    await countMessages('three'),
  ];
  messages = Math.min(...counts);
});

afterAll(() => database.drop());

async function withProxy<T>(use: (proxy: Relay) => Promise<T>): Promise<T> {
  const proxy = await Relay.open(testServer());
  try {
    return await use(proxy);
  } finally {
    await proxy.close();
  }
}

/** Of a run without a fault. A slow one flushes once more in between, so not every run has as many. */
function countMessages(name: string): Promise<number> {
  const own = { table: name, historySchema: `pgm_${name}` };
  return withProxy(async (proxy) => {
    await migrateFiles(countingFiles(name), {
      ...own,
      database: database.name,
      port: proxy.port,
    });
    await expectWhole(database.sql, own);
    return proxy.messages;
  });
}

/**
 * The fault at one message, pgm left to itself; then once more without a fault. False when the run had fewer messages than
 * that: a fast one flushes less often than a slow one.
 */
async function tryMessage(fault: Fault, when: 'before' | 'after', at: number): Promise<boolean> {
  trials += 1;
  const own = { table: `effects_${trials}`, historySchema: `pgm_${trials}`, host: `t${trials}` };
  const patience = fault === 'stall' ? shortPatience : usualPatience;
  const came = await withProxy(async (proxy) => {
    const target = { ...own, database: database.name, port: proxy.port, patience };
    proxy.arm({ fault, at, when });
    const { report } = await migrateFiles(countingFiles(own.table), target);
    const { struck } = proxy;
    expect(struck || proxy.messages < at, 'the message came, and nothing happened').toBe(true);
    expect(report.statuses.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied']);
    await expectWhole(database.sql, own);
    const again = await migrateFiles(countingFiles(own.table), target);
    expect(again.report.applied).toEqual([]);
    await expectWhole(database.sql, own);
    return struck;
  });
  await expectNobodyLeft(database.sql, own.host);
  return came;
}

/** A stall is mostly waiting, so several go on at the same time. */
const atOnce = 6;

describe('three files, a fault at each protocol message in turn', () => {
  test.each([
    ['cut', 'before'],
    ['cut', 'after'],
    ['reset', 'before'],
    ['reset', 'after'],
    ['stall', 'before'],
    ['stall', 'after'],
  ] as const)(
    '%s %s the message: each effect once, with its row, in order, and nobody left on the server',
    { timeout: 300_000 },
    async (fault, when) => {
      let struck = 0;
      const turns = Array.from({ length: messages }, (_, at) => at + 1);
      const work = async (): Promise<void> => {
        for (let at = turns.shift(); at !== undefined; at = turns.shift()) {
          const came = await tryMessage(fault, when, at).catch((cause: unknown) => {
            throw new Error(`${fault} ${when} message ${String(at)} of ${messages}`, { cause });
          });
          if (came) struck += 1;
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      expect(struck).toBeGreaterThan(20);
    },
  );
});
