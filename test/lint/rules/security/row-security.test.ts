import { expect, test } from 'vitest';
import { findingsOf } from '../../../support/lint.js';

const table = 'CREATE TABLE IF NOT EXISTS t (id int);';
const on = 'ALTER TABLE t ENABLE ROW LEVEL SECURITY;';
const policy = 'DROP POLICY IF EXISTS p ON t;\nCREATE POLICY p ON t USING (true);';

async function securityOf(...sql: readonly string[]): Promise<readonly string[]> {
  const found = await findingsOf(
    Object.fromEntries(sql.map((text, at) => [`a/${at + 1}_f.sql`, text])),
  );
  return found.filter((line) => line.includes('-security'));
}

test('row security and its policies may be in any order of files', async () => {
  expect(await securityOf(table, on, policy)).toEqual([]);
  expect(await securityOf(table, policy, on)).toEqual([]);
});

test('row security without a policy is told of the file that switched it on', async () => {
  expect(await securityOf(table, on, on)).toEqual(['a/2_f.sql row-security-without-policy']);
  expect(await securityOf(table, on, 'ALTER TABLE t FORCE ROW LEVEL SECURITY;')).toHaveLength(1);
});

test('a policy under another name stays one', async () => {
  const renamed = 'ALTER POLICY p ON t RENAME TO q;';
  expect(await securityOf(table, on, policy, renamed)).toEqual([]);
  expect(await securityOf(table, on, policy, renamed, 'DROP POLICY q ON t;')).toEqual([
    'a/2_f.sql row-security-without-policy',
  ]);
});

test('nothing is told of tables that are gone, and of those that no file makes', async () => {
  expect(await securityOf(table, on, 'DROP TABLE t;')).toEqual([]);
  expect(await securityOf(on)).toEqual([]);
  expect(await securityOf(policy)).toEqual([]);
});

test('nothing is told where a function may make the policy', async () => {
  const maker =
    "CREATE OR REPLACE FUNCTION secure(t text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('CREATE POLICY p ON %I', t); END $$;";
  expect(await securityOf(table, on, maker)).toEqual([]);
});
