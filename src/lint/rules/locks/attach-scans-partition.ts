import type { Name } from '../../../core/grammar/names.js';
import type { LintedFile } from '../../../core/lint/linted-file.js';
import type { StatementOf } from '../../../core/grammar/statement.js';
import type { Known } from '../../known/known.js';
import type { Found, StatementRule } from '../../known/rule.js';
import { everyStatement } from '../../known/whole-file.js';

export const attachScansPartition: StatementRule<'attach-scans-partition'> = {
  name: 'attach-scans-partition',
  family: 'locks',
  severity: 'warning',
  summary:
    'ATTACH PARTITION of a table with rows, without a valid CHECK of the bounds, or a new partition beside a default one',
  why: 'ATTACH PARTITION reads every row of the table that becomes a partition while it holds ACCESS EXCLUSIVE on it: whoever uses that table waits, even for a SELECT. A valid CHECK that is at least as strict as the bounds of the partition proves them without reading anything, and can be dropped afterwards. A default partition is locked in the same way, and read too, for rows that belong in the new one: also by CREATE TABLE … PARTITION OF, which holds ACCESS EXCLUSIVE on the partitioned table meanwhile. On the partitioned table itself SHARE UPDATE EXCLUSIVE is enough, for which neither readers nor writers wait.',
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
      {
        'public/001_events.sql':
          'CREATE TABLE IF NOT EXISTS events (at date) PARTITION BY RANGE (at);\nCREATE TABLE IF NOT EXISTS events_rest PARTITION OF events DEFAULT;',
        'public/002_year.sql':
          "CREATE TABLE IF NOT EXISTS events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
      },
    ],
    good: [
      {
        'public/001_events.sql':
          'CREATE TABLE IF NOT EXISTS events (at date) PARTITION BY RANGE (at);\nCREATE TABLE IF NOT EXISTS events_rest PARTITION OF events DEFAULT;',
        'public/002_check.sql':
          "ALTER TABLE events_rest ADD CONSTRAINT rest CHECK (at IS NOT NULL AND at < '2025-01-01') NOT VALID;",
        'public/003_validate.sql': 'ALTER TABLE events_rest VALIDATE CONSTRAINT rest;',
        'public/004_year.sql':
          "CREATE TABLE IF NOT EXISTS events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
      },
      "CREATE TABLE IF NOT EXISTS events (at date) PARTITION BY RANGE (at);\nCREATE TABLE IF NOT EXISTS events_rest PARTITION OF events DEFAULT;\nCREATE TABLE IF NOT EXISTS events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
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
    if (statement.kind === 'create-table') return ofCreate(statement, known);
    if (statement.kind !== 'alter-table' || statement.what !== 'table') return [];
    const { table, actions } = statement;
    return actions.flatMap((action): readonly Found[] => {
      if (action.kind !== 'attach-partition') return [];
      const read = readByAttach(table, action.partition, file, known);
      return read === null ? [] : [{ at: action.at, message: messageOf('ATTACH PARTITION', read) }];
    });
  },
};

function messageOf(what: string, read: string): string {
  return `${what} reads all of ${read} while its readers and writers wait (ACCESS EXCLUSIVE)`;
}

/** The table, in words. */
function readByAttach(
  parent: Name,
  partition: Name,
  file: LintedFile,
  known: Known,
): string | null {
  if (!known.isNew(partition))
    return isVouchedFor(partition, known) ? null : known.qualified(partition);
  const rest = defaultOf(parent, known);
  if (rest !== null) return known.qualified(rest);
  const from = movedFrom(partition, file, known);
  return from === null ? null : `${known.qualified(from)}, if that is the default partition,`;
}

function ofCreate(statement: StatementOf<'create-table'>, known: Known): readonly Found[] {
  const { table, partitionOf, at } = statement;
  if (partitionOf === null || known.relation(table) !== null) return [];
  const rest = defaultOf(partitionOf, known);
  if (rest === null) return [];
  const message = messageOf('CREATE TABLE … PARTITION OF', known.qualified(rest));
  return [{ at, message, advice }];
}

const advice =
  'give the default partition a CHECK that leaves out the bounds, with IS NOT NULL of the key, as NOT VALID, VALIDATE it in the next file, and create the partition in the one after that';

/** The default partition, if it may have rows that have to be read. */
function defaultOf(parent: Name, known: Known): Name | null {
  const of = known.qualified(parent);
  for (const { schema, name, partitionOf, isDefault } of known.relations()) {
    if (!isDefault || partitionOf !== of) continue;
    const rest = { schema, name, at: parent.at };
    return known.isNew(rest) || isVouchedFor(rest, known) ? null : rest;
  }
  return null;
}

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
