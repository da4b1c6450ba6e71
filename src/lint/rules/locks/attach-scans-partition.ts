import type { StatementRule } from '../../known/rule.js';

export const attachScansPartition: StatementRule<'attach-scans-partition'> = {
  name: 'attach-scans-partition',
  family: 'locks',
  severity: 'warning',
  summary: 'ATTACH PARTITION of a table with rows that no valid CHECK vouches for',
  why: 'ATTACH PARTITION reads every row of the table that becomes a partition while it holds ACCESS EXCLUSIVE on it: whoever uses that table waits, SELECT included. A valid CHECK that is at least as strict as the bounds of the partition proves them without reading anything, and can be dropped afterwards. On the partitioned table itself SHARE UPDATE EXCLUSIVE is enough, for which neither readers nor writers wait.',
  instead:
    'add a CHECK of the bounds, with IS NOT NULL of the key, as NOT VALID, VALIDATE it in the next file, and attach in the one after that',
  examples: {
    bad: [
      "ALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
      {
        'public/001_check.sql':
          "ALTER TABLE events_2025 ADD CONSTRAINT y CHECK (at IS NOT NULL AND at >= '2025-01-01' AND at < '2026-01-01') NOT VALID;",
        'public/002_attach.sql':
          "ALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
      },
    ],
    good: [
      "CREATE TABLE IF NOT EXISTS events_2025 (LIKE events);\nALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
      'ALTER INDEX events_at ATTACH PARTITION events_2025_at;',
      {
        'public/001_check.sql':
          "ALTER TABLE events_2025 ADD CONSTRAINT y CHECK (at IS NOT NULL AND at >= '2025-01-01' AND at < '2026-01-01') NOT VALID;",
        'public/002_validate.sql': 'ALTER TABLE events_2025 VALIDATE CONSTRAINT y;',
        'public/003_attach.sql':
          "ALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
      },
    ],
  },
  looksAt: 'statement',
  check: (statement, known) => {
    const actions = statement.kind === 'alter-table' ? statement.actions : [];
    if (statement.kind === 'alter-table' && statement.what !== 'table') return [];
    return actions.flatMap((action) => {
      if (action.kind !== 'attach-partition' || known.isNew(action.partition)) return [];
      const checks = known.shapeOf(action.partition)?.constraints ?? [];
      if (
        checks.some(({ type, notValid, isEnforced }) => type === 'check' && !notValid && isEnforced)
      )
        return [];
      const message = `ATTACH PARTITION reads all of ${known.qualified(action.partition)} while its readers and writers wait (ACCESS EXCLUSIVE)`;
      return [{ at: action.at, message }];
    });
  },
};
