import { shutOutBy, shutsOutWriters } from '../../../../core/proof/database/lock-modes.js';
import { validatesOwn } from '../../../known/altered.js';
import { longWork } from '../../../known/locks/long-work.js';
import type { StatementRule } from '../../../known/rule.js';

export const workUnderLock: StatementRule<'work-under-lock'> = {
  name: 'work-under-lock',
  family: 'locks',
  severity: 'warning',
  summary: 'work on many rows while the file holds a lock that readers or writers wait for',
  why: 'A file is one transaction, and a lock is held until it is committed. ALTER TABLE itself may take only a moment; but with an UPDATE, an index or a VALIDATE after it in the same file, everybody waits for its ACCESS EXCLUSIVE (or, after CREATE TRIGGER, LOCK TABLE or ADD FOREIGN KEY, writers for SHARE ROW EXCLUSIVE) as long as all of that takes. lock_timeout does not help: it limits how long pgm waits for the lock, not how long it keeps it.',
  instead: 'move the work to a file of its own, so that the lock is released first',
  examples: {
    bad: [
      "ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;\nUPDATE orders SET state = 'new' WHERE state IS NULL;",
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;\nINSERT INTO archive SELECT * FROM events ON CONFLICT DO NOTHING;',
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;\nCREATE INDEX IF NOT EXISTS by_state ON orders (state);',
      'CREATE OR REPLACE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f();\nUPDATE orders SET total = price * amount;',
      'DO $$ BEGIN\n  ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;\n  DELETE FROM orders WHERE amount = 0;\nEND $$;',
    ],
    good: [
      "CREATE TABLE IF NOT EXISTS orders (id bigint);\nALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;\nUPDATE orders SET state = 'new';",
      "ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;\nUPDATE orders SET state = 'new' WHERE id = 7;",
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;\nUPDATE shop_version SET number = 5;',
      "ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;\nINSERT INTO states VALUES ('new') ON CONFLICT DO NOTHING;",
      "-- pgm:no-transaction\nALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;\nUPDATE orders SET state = 'new' WHERE state IS NULL;",
      "UPDATE orders SET state = 'new' WHERE state IS NULL;\nALTER TABLE orders ALTER COLUMN state SET DEFAULT 'new';",
      {
        'public/001_column.sql': 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;',
        'public/002_fill.sql': "UPDATE orders SET state = 'new' WHERE state IS NULL;",
      },
    ],
  },
  looksAt: 'statement',
  check: (statement, known, { file }) => {
    const work = longWork(statement, known);
    if (work === null) return [];
    // That has its own rule.
    const isOwn =
      statement.kind === 'alter-table' && validatesOwn(statement, known, file.key).length > 0;
    if (isOwn) return [];
    const held = known.locks.filter(({ mode }) => shutsOutWriters(mode));
    // The index itself locks its table anyway: there is a rule for that.
    const more =
      statement.kind === 'create-index'
        ? held.filter(({ mode }) => mode === 'ACCESS EXCLUSIVE')
        : held;
    const worst = more.find(({ mode }) => mode === 'ACCESS EXCLUSIVE') ?? more[0];
    if (worst === undefined) return [];
    const who = shutOutBy(worst.mode);
    const { line } = file.placeAt(worst.at);
    const message = `${work.what} runs while ${who} of ${worst.table} wait for what ${worst.command} in line ${line} holds (${worst.mode})`;
    return [{ at: statement.at, message }];
  },
};
