import { shutsOutWriters } from '../../../../core/proof/database/lock-modes.js';
import { locksOf } from '../../../known/locks/locks.js';
import type { StatementRule } from '../../../known/rule.js';

export const lockAfterBackfill: StatementRule<'lock-after-backfill'> = {
  name: 'lock-after-backfill',
  family: 'locks',
  severity: 'warning',
  summary: 'a lock on a table, in the same file after an UPDATE or DELETE of many of its rows',
  why: 'UPDATE locks its rows until the file is committed. Another session that wants to change one of them waits for the file, and holds ROW EXCLUSIVE on the table meanwhile. When the file then asks for ACCESS EXCLUSIVE (ALTER TABLE), SHARE ROW EXCLUSIVE (CREATE TRIGGER) or SHARE (CREATE INDEX), it waits for that session: a deadlock, which PostgreSQL ends with an error for one of the two. If that is not the file, everybody waits until the file is committed.',
  instead: 'move the definition to the next file, so that the rows are free by then',
  examples: {
    bad: [
      "UPDATE orders SET state = 'new' WHERE state IS NULL;\nALTER TABLE orders ALTER COLUMN state SET DEFAULT 'new';",
      'DELETE FROM orders WHERE amount = 0;\nCREATE INDEX IF NOT EXISTS by_amount ON orders (amount);',
      'DO $$ BEGIN\n  UPDATE orders SET total = price * amount;\n  ALTER TABLE orders DROP COLUMN IF EXISTS price;\nEND $$;',
    ],
    good: [
      "CREATE TABLE IF NOT EXISTS orders (state text);\nUPDATE orders SET state = 'new' WHERE state IS NULL;\nALTER TABLE orders ALTER COLUMN state SET DEFAULT 'new';",
      "UPDATE orders SET state = 'new' WHERE state IS NULL;\nALTER TABLE customers ADD COLUMN IF NOT EXISTS state text;",
      "UPDATE orders SET state = 'new' WHERE state IS NULL;\nALTER TABLE orders VALIDATE CONSTRAINT has_state;",
      "UPDATE orders SET state = 'new' WHERE id = 7;\nALTER TABLE orders ALTER COLUMN state SET DEFAULT 'new';",
      "-- pgm:no-transaction\nUPDATE orders SET state = 'new' WHERE state IS NULL;\nALTER TABLE orders ALTER COLUMN state SET DEFAULT 'new';",
      {
        'public/001_fill.sql': "UPDATE orders SET state = 'new' WHERE state IS NULL;",
        'public/002_default.sql': "ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'new';",
      },
    ],
  },
  looksAt: 'statement',
  check: (statement, known, { file }) => {
    const asked = locksOf(statement).filter(({ mode }) => shutsOutWriters(mode));
    for (const { table, mode } of asked) {
      const name = known.qualified(table);
      const held = known.locks.filter((each) => each.table === name);
      // It already has the lock: then whoever comes later waits for that, and holds nothing.
      if (held.some((each) => shutsOutWriters(each.mode))) continue;
      const backfill = held.find(({ isBackfill }) => isBackfill);
      if (backfill === undefined) continue;
      const { line } = file.placeAt(backfill.at);
      const message = `it asks for ${mode} on ${name}, of which ${backfill.command} in line ${line} has locked many rows: a session that waits for one of them and the file wait for each other (deadlock)`;
      return [{ at: statement.at, message }];
    }
    return [];
  },
};
