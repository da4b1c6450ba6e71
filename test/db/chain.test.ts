import { describe, expect, test } from 'vitest';
import { AsciiText, windowLength } from '../../src/core/sql-text.js';
import { mustBeFirst } from '../../src/db/chain.js';
import { snapshotOf } from '../support/memory/snapshot.js';

function isFirst(sql: string): boolean {
  const [migration] = snapshotOf({ 'a/001_x.sql': sql }).migrations;
  if (migration === undefined) throw new Error('refused');
  expect(migration.sql instanceof AsciiText).toBe(sql.length > 1 << 16);
  return mustBeFirst({ migration });
}

describe('a file that could let a session write is sent only when the server is in a transaction:', () => {
  const words = [
    'set transaction read write;',
    'SET SESSION CHARACTERISTICS AS TRANSACTION READ\n\tONLY;',
    'set default_transaction_read_only = off;',
    `set transaction read${' '.repeat(99)}write;`,
    `set transaction read${' \n'.repeat(5000)}only;`,
  ];

  test.each(words)('%j', (sql) => {
    expect(isFirst(sql)).toBe(true);
  });

  test.each(words)('in a long file too, whatever they are cut by: %j', (sql) => {
    const far = windowLength - Math.min(sql.length, 140);
    for (let before = far; before <= windowLength; before += 1) {
      const text = `select 1;${'\n'.repeat(before - 9)}${sql}${'\n'.repeat(99)}`;
      if (!isFirst(text)) expect.fail(`behind ${String(before)} characters`);
    }
  });

  test('other files are not kept waiting', () => {
    const others = ['select readonly;', 'read the only;', `read${' '.repeat(99)}on;`, 'only read;'];
    for (const sql of others) {
      expect(isFirst(sql)).toBe(false);
      expect(isFirst(`${' '.repeat(windowLength - 7)}${sql}`)).toBe(false);
    }
  });
});
