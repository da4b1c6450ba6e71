import { afterAll, beforeAll, expect, test } from 'vitest';
import { look, patiently } from '../../../src/db/proof/look.js';
import type { Client } from '../../../src/db/wire/client.js';
import { openClient } from '../../support/client.js';
import { createDatabase, type Database } from '../../support/database.js';

let database: Database;
let client: Client;

beforeAll(async () => {
  database = await createDatabase();
  client = await openClient({ database: database.name });
});

afterAll(async () => {
  await client.close();
  await database.drop();
});

const question = `select current_setting('statement_timeout') as timeout, current_setting('timezone') as zone`;
const ofTheFile = { timeout: '1h', zone: 'Asia/Tokyo' };

async function asked(): Promise<unknown> {
  const [rows] = await client.run(question);
  return rows?.[0];
}

test.each(['set', 'set local'])(
  'what is looked at in a transaction is read without what a file has %s',
  async (set) => {
    await client.run(`begin; ${set} statement_timeout = '1h'; ${set} timezone = 'Asia/Tokyo'`);
    try {
      expect(await look(client, true, asked)).toMatchObject({ timeout: '0' });
      expect(await look(client, true, asked)).not.toMatchObject({ zone: ofTheFile.zone });
      expect(await asked()).toEqual(ofTheFile);
      const answers = await client.run(patiently(question));
      expect(answers.flat()).toEqual([{ timeout: '0', zone: ofTheFile.zone }]);
      expect(await asked()).toEqual(ofTheFile);
    } finally {
      await client.run('rollback');
    }
  },
);

test('what is looked at outside a transaction is read without what a file has set', async () => {
  await client.run(`set statement_timeout = '1h'; set timezone = 'Asia/Tokyo'`);
  expect(await look(client, false, asked)).toMatchObject({ timeout: '0' });
  expect(await asked()).toEqual(ofTheFile);
});
