import { shutOutBy, shutsOutWriters } from '../../../../core/proof/database/lock-modes.js';
import { locksOf } from '../../../known/locks/locks.js';
import type { StatementRule } from '../../../known/rule.js';

export const lockTimeoutOff: StatementRule<'lock-timeout-off'> = {
  name: 'lock-timeout-off',
  family: 'locks',
  severity: 'warning',
  summary:
    'a lock that others wait for, requested after SET lock_timeout = 0 or RESET lock_timeout',
  why: 'pgm sets lock_timeout to 10 s, so that a file that cannot get its lock gives up and is tried again. With 0, and with RESET or DEFAULT, which is 0 unless somebody has set another one on the server, it waits forever behind one long query or one forgotten transaction, and everybody who comes later waits behind the file: for ACCESS EXCLUSIVE that is every SELECT of the table. Dumps set it to 0, which is harmless as long as all their tables are new.',
  instead: 'remove the SET or RESET, or set a few seconds: pgm retries a file that runs into it',
  examples: {
    bad: [
      'SET lock_timeout = 0;\nALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;',
      "SET LOCAL lock_timeout TO '0s';\nDROP INDEX IF EXISTS i;\nALTER TABLE orders DROP COLUMN IF EXISTS state;",
      '-- pgm:no-transaction\nSET lock_timeout = 0;\nALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;',
      'RESET lock_timeout;\nALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;',
      "SELECT set_config('lock_timeout', '0', false);\nALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;",
    ],
    good: [
      "SET lock_timeout = '2s';\nALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;\nRESET lock_timeout;",
      'SET lock_timeout = 0;\nCREATE TABLE IF NOT EXISTS orders (id bigint);\nALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;',
      '-- pgm:no-transaction\nSET lock_timeout = 0;\nCREATE INDEX CONCURRENTLY IF NOT EXISTS by_state ON orders (state);',
      "SET lock_timeout = 0;\nSET lock_timeout = '2s';\nALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;",
      "SET lock_timeout = '3s';\nALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;",
    ],
  },
  looksAt: 'statement',
  check: (statement, known) => {
    const why = whyOff(known.settings.get('lock_timeout'));
    if (why === null) return [];
    const worst = locksOf(statement).find(
      ({ table, mode }) => !known.isNew(table) && shutsOutWriters(mode),
    );
    if (worst === undefined) return [];
    const message = `it waits for ${worst.mode} on ${known.qualified(worst.table)} without limit, as ${why}, and ${shutOutBy(worst.mode)} wait behind it`;
    return [{ at: statement.at, message }];
  },
};

/** Null if there is a limit, or if the file says nothing. */
function whyOff(values: readonly string[] | null | undefined): string | null {
  if (values === undefined) return null;
  if (values === null) return 'lock_timeout is that of the server again, which is 0 by default';
  return /^0+ *(?:us|ms|s|min|h|d)?$/.test(values[0] ?? '') ? 'lock_timeout is 0' : null;
}
