import { alterOfOldTable } from '../../../known/altered.js';
import type { StatementRule } from '../../../known/rule.js';

export const excludeOnOldTable: StatementRule<'exclude-on-old-table'> = {
  name: 'exclude-on-old-table',
  family: 'locks',
  severity: 'warning',
  summary: 'EXCLUDE added to an existing table',
  why: 'The constraint builds its index and compares all rows while it holds ACCESS EXCLUSIVE: SELECT waits too, until that is done. PostgreSQL has neither NOT VALID nor USING INDEX for EXCLUDE, so there is no way around it for this table.',
  instead:
    'add the constraint to a new table and copy the rows in batches, or add it while nobody needs the table, and say so',
  examples: {
    bad: [
      'ALTER TABLE bookings ADD CONSTRAINT apart EXCLUDE USING gist (room WITH =, during WITH &&);',
    ],
    good: [
      'CREATE TABLE IF NOT EXISTS bookings (room int, during tstzrange);\nALTER TABLE bookings ADD CONSTRAINT apart EXCLUDE USING gist (room WITH =, during WITH &&);',
      'CREATE TABLE IF NOT EXISTS bookings (\n  room int,\n  during tstzrange,\n  CONSTRAINT apart EXCLUDE USING gist (room WITH =, during WITH &&)\n);',
    ],
  },
  looksAt: 'statement',
  check: (statement, known) => {
    const alter = alterOfOldTable(statement, known);
    return (alter?.actions ?? []).flatMap((action) => {
      if (alter === null || action.kind !== 'add-constraint') return [];
      if (action.constraint.type !== 'exclude') return [];
      const message = `ADD EXCLUDE builds an index on ${known.qualified(alter.table)} while readers and writers wait (ACCESS EXCLUSIVE)`;
      return [{ at: action.at, message }];
    });
  },
};
