import type { Name } from '../../../core/grammar/names.js';
import type { Statement } from '../../../core/grammar/statement.js';
import type { LintedFile } from '../../../core/lint/linted-file.js';
import type { Known } from '../../known/known.js';
import type { Found, StatementRule } from '../../known/rule.js';
import { everyStatement, WholeFile } from '../../known/whole-file.js';

export const triggersSwitchedOff: StatementRule<'triggers-switched-off'> = {
  name: 'triggers-switched-off',
  family: 'data',
  severity: 'warning',
  summary: 'DISABLE TRIGGER ALL, or rows written under session_replication_role = replica',
  why: 'PostgreSQL enforces foreign keys with triggers of its own. DISABLE TRIGGER ALL disables these too, and so does session_replication_role = replica: rows that reference a missing row get in, and are never checked again. ENABLE TRIGGER ALL reads no row, and the constraint still counts as valid; a restore of a dump fails at such rows. Without it the table stays unprotected.',
  instead:
    'write DISABLE TRIGGER USER, which keeps foreign keys enforced, or make the foreign keys DEFERRABLE and defer them',
  examples: {
    bad: [
      'ALTER TABLE orders DISABLE TRIGGER ALL;\nINSERT INTO orders SELECT * FROM loaded ON CONFLICT DO NOTHING;\nALTER TABLE orders ENABLE TRIGGER ALL;',
      'DO $$ BEGIN ALTER TABLE orders DISABLE TRIGGER ALL; END $$;',
      'SET session_replication_role = replica;\nINSERT INTO orders VALUES (1) ON CONFLICT DO NOTHING;',
    ],
    good: [
      'CREATE TABLE IF NOT EXISTS fresh (id bigint);\nALTER TABLE fresh DISABLE TRIGGER ALL;\nSET LOCAL session_replication_role = replica;\nINSERT INTO fresh VALUES (1) ON CONFLICT DO NOTHING;',
      'SET session_replication_role = replica;\nSELECT 1;',
      'SET session_replication_role = origin;\nINSERT INTO orders VALUES (1) ON CONFLICT DO NOTHING;',
      'ALTER TABLE orders DISABLE TRIGGER USER;\nINSERT INTO orders SELECT * FROM loaded ON CONFLICT DO NOTHING;\nALTER TABLE orders ENABLE TRIGGER USER;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known, { file }) => {
    if (statement.kind === 'set') {
      const isOff =
        statement.name === 'session_replication_role' && statement.values?.[0] === 'replica';
      const table = isOff ? writtenAfter(statement, file, known) : null;
      if (table === null) return [];
      const message = `rows of ${known.qualified(table)} are written while no foreign key is checked, and none is checked later`;
      return [{ at: statement.at, message }];
    }
    if (statement.kind !== 'alter-table' || known.isNew(statement.table)) return [];
    const { table, actions } = statement;
    return actions.flatMap((action): readonly Found[] => {
      if (action.kind !== 'other' || action.word !== 'DisableTrigAll') return [];
      const message = `foreign keys of ${known.qualified(table)} are no longer checked, and rows written until they are enabled again never will be`;
      return [{ at: action.at, message }];
    });
  },
};

/** A table that existed before the file. */
function writtenAfter({ at }: Statement, file: LintedFile, known: Known): Name | null {
  for (const each of everyStatement(file)) {
    if (each.at <= at) continue;
    const table = writtenBy(each);
    if (table === null || known.isNew(table)) continue;
    if (!WholeFile.of(file).makes('table', table)) return table;
  }
  return null;
}

function writtenBy(statement: Statement): Name | null {
  switch (statement.kind) {
    case 'insert':
    case 'update':
    case 'delete':
    case 'merge':
      return statement.table;
    case 'copy':
      return statement.direction === 'from' ? statement.table : null;
    default:
      return null;
  }
}
