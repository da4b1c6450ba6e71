import { expectsIt, isTemporary } from '../../known/guards.js';
import type { Found, StatementRule } from '../../known/rule.js';
import { WholeFile } from '../../known/whole-file.js';

export const addColumnWithoutIfNotExists: StatementRule<'add-column-without-if-not-exists'> = {
  name: 'add-column-without-if-not-exists',
  family: 'second-run',
  severity: 'error',
  summary: 'ADD COLUMN, or ADD VALUE of an enum, without IF NOT EXISTS',
  why: 'An edited file runs again, and so does every file on a database that was restored without its history. By then the column or the value exists, and the file fails with “already exists” and is rolled back.',
  instead: 'write ADD COLUMN IF NOT EXISTS',
  examples: {
    bad: [
      'ALTER TABLE orders ADD COLUMN note text;',
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS a int, ADD b int;',
      "ALTER TYPE mood ADD VALUE 'glad';",
      'DO $$ BEGIN ALTER TABLE orders ADD COLUMN note text; END $$;',
    ],
    good: [
      "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad';",
      'ALTER TABLE orders DROP COLUMN IF EXISTS total;\nALTER TABLE orders ADD COLUMN total numeric;',
      'CREATE TEMPORARY TABLE fresh (id bigint);\nALTER TABLE fresh ADD COLUMN note text;',
      'DROP TABLE IF EXISTS scratch;\nCREATE TABLE scratch (id bigint);\nALTER TABLE scratch ADD COLUMN note text;',
      'DO $$ BEGIN ALTER TABLE orders ADD COLUMN note text; EXCEPTION WHEN duplicate_column THEN NULL; END $$;',
      "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'note') THEN ALTER TABLE orders ADD COLUMN note text; END IF; END $$;",
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known, context) => {
    if (expectsIt(context)) return [];
    if (statement.kind === 'alter-enum') {
      if (statement.adds === null || statement.ifNotExists) return [];
      if (WholeFile.of(context.file).drops('type', statement.type)) return [];
      const message = 'run a second time, it fails: the enum has the value already';
      return [{ at: statement.at, message, advice: 'write ADD VALUE IF NOT EXISTS' }];
    }
    if (statement.kind !== 'alter-table' || statement.what === 'type') return [];
    const { table, actions } = statement;
    if (isTemporary(known, table)) return [];
    return actions.flatMap((action): readonly Found[] => {
      if (action.kind !== 'add-column' || action.ifNotExists) return [];
      const name = { schema: null, name: action.column.name };
      if (WholeFile.of(context.file).drops('column', name, table)) return [];
      return [{ at: action.at, message: 'run a second time, it fails: the column already exists' }];
    });
  },
};
