import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase } from '../support/database.js';
import { type Fault, FaultProxy } from '../support/fault-proxy.js';
import { countingFiles, expectNobodyLeft, expectWhole } from '../support/invariants.js';
import { migrateFiles } from '../support/run.js';
import { testServer } from '../support/server.js';

let proxy: FaultProxy;
let messages: number;

beforeAll(async () => {
  proxy = await FaultProxy.open(testServer());
  const database = await createDatabase();
  proxy.arm(null);
  await migrateFiles(countingFiles, { database: database.name, port: proxy.port });
  messages = proxy.messages;
  await expectWhole(database.sql);
  await database.drop();
});

afterAll(() => proxy.close());

/** One run per message: the fault at that message, pgm left to itself, then once more without a fault. */
async function tryEveryMessage(fault: Fault, when: 'before' | 'after'): Promise<void> {
  for (let at = 1; at <= messages; at += 1) {
    const database = await createDatabase();
    const target = { database: database.name, port: proxy.port };
    try {
      proxy.arm({ fault, at, when });
      const { report } = await migrateFiles(countingFiles, target);
      expect(proxy.struck, `message ${at} came`).toBe(true);
      expect(report.statuses.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied']);
      await expectWhole(database.sql);
      proxy.arm(null);
      const again = await migrateFiles(countingFiles, target);
      expect(again.report.applied).toEqual([]);
      await expectWhole(database.sql);
      if (fault !== 'stall') await expectNobodyLeft(database.sql);
    } catch (error) {
      throw new Error(`${fault} ${when} message ${at} of ${messages}`, { cause: error });
    } finally {
      await database.drop();
    }
  }
}

describe('three files, a fault at each protocol message in turn', () => {
  test.each([
    ['cut', 'before'],
    ['cut', 'after'],
    ['reset', 'before'],
    ['reset', 'after'],
    ['stall', 'before'],
    ['stall', 'after'],
  ] as const)(
    '%s %s the message: each effect once, with its row, in order',
    { timeout: 120_000 },
    async (fault, when) => {
      await tryEveryMessage(fault, when);
    },
  );
});
