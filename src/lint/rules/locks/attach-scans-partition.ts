import type { Name } from '../../../core/grammar/names.js';
import type { LintedFile } from '../../../core/lint/linted-file.js';
import type { Known } from '../../known/known.js';
import type { Found, StatementRule } from '../../known/rule.js';
import { everyStatement } from '../../known/whole-file.js';

export const attachScansPartition: StatementRule<'attach-scans-partition'> = {
  name: 'attach-scans-partition',
  family: 'locks',
  severity: 'warning',
  summary: 'ATTACH PARTITION of a table with rows, without a valid CHECK of the bounds',
  why: 'ATTACH PARTITION reads every row of the table that becomes a partition while it holds ACCESS EXCLUSIVE on it: whoever uses that table waits, even for a SELECT. A valid CHECK that is at least as strict as the bounds of the partition proves them without reading anything, and can be dropped afterwards. A default partition is locked in the same way, and read too, for rows that belong in the new one. On the partitioned table itself SHARE UPDATE EXCLUSIVE is enough, for which neither readers nor writers wait.',
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
      "CREATE TABLE IF NOT EXISTS events_2025 (LIKE events);\nINSERT INTO events_2025 SELECT * FROM events_rest WHERE at >= '2025-01-01';\nDELETE FROM events_rest WHERE at >= '2025-01-01';\nALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
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
  check: (statement, known, { file }) => {
    const actions = statement.kind === 'alter-table' ? statement.actions : [];
    if (statement.kind === 'alter-table' && statement.what !== 'table') return [];
    return actions.flatMap((action): readonly Found[] => {
      if (action.kind !== 'attach-partition') return [];
      const { partition, at } = action;
      const read = known.isNew(partition) ? movedFrom(partition, file, known) : partition;
      if (read === null || (read === partition && isVouchedFor(partition, known))) return [];
      const isWhere = read === partition ? '' : ', if that is the default partition,';
      const message = `ATTACH PARTITION reads all of ${known.qualified(read)}${isWhere} while its readers and writers wait (ACCESS EXCLUSIVE)`;
      return [{ at, message }];
    });
  },
};

function isVouchedFor(partition: Name, known: Known): boolean {
  const constraints = known.shapeOf(partition)?.constraints ?? [];
  return constraints.some(
    ({ type, notValid, isEnforced }) => type === 'check' && !notValid && isEnforced,
  );
}

/** The older table whose rows the file moves to a new one: most likely the default partition. */
function movedFrom(to: Name, file: LintedFile, known: Known): Name | null {
  const all = Array.from(everyStatement(file));
  const from = all.flatMap((each) =>
    each.kind === 'insert' && known.qualified(each.table) === known.qualified(to)
      ? (each.query?.reads ?? []).map((table) => known.qualified(table))
      : [],
  );
  const emptied = all.flatMap((each) => (each.kind === 'delete' ? [each.table] : []));
  return (
    emptied.find((table) => from.includes(known.qualified(table)) && !known.isNew(table)) ?? null
  );
}
