import { beforeAll, describe, expect, test } from 'vitest';
import { createDatabase } from '../support/database.js';
import { type Fault, FaultProxy } from '../support/fault-proxy.js';
import { countingFiles, expectNobodyLeft, expectWhole } from '../support/invariants.js';
import { migrateFiles } from '../support/run.js';
import { testServer } from '../support/server.js';

let messages: number;

beforeAll(async () => {
  messages = await withProxy(async (proxy) => {
    const database = await createDatabase();
    await migrateFiles(countingFiles, { database: database.name, port: proxy.port });
    await expectWhole(database.sql);
    await database.drop();
    return proxy.messages;
  });
});

async function withProxy<T>(use: (proxy: FaultProxy) => Promise<T>): Promise<T> {
  const proxy = await FaultProxy.open(testServer());
  try {
    return await use(proxy);
  } finally {
    await proxy.close();
  }
}

/** The fault at one message, pgm left to itself; then once more without a fault. */
async function tryMessage(fault: Fault, when: 'before' | 'after', at: number): Promise<void> {
  const database = await createDatabase();
  try {
    await withProxy(async (proxy) => {
      const target = { database: database.name, port: proxy.port };
      proxy.arm({ fault, at, when });
      const { report } = await migrateFiles(countingFiles, target);
      expect(proxy.struck, 'the message came').toBe(true);
      expect(report.statuses.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied']);
      await expectWhole(database.sql);
      const again = await migrateFiles(countingFiles, target);
      expect(again.report.applied).toEqual([]);
      await expectWhole(database.sql);
    });
    await expectNobodyLeft(database.sql);
  } catch (error) {
    throw new Error(`${fault} ${when} message ${at} of ${messages}`, { cause: error });
  } finally {
    await database.drop();
  }
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
    { timeout: 120_000 },
    async (fault, when) => {
      const turns = Array.from({ length: messages }, (_, at) => at + 1);
      const work = async (): Promise<void> => {
        for (let at = turns.shift(); at !== undefined; at = turns.shift()) {
          await tryMessage(fault, when, at);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
    },
  );
});
