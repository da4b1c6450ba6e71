import { isAdded, isNewObject } from '../../known/guards.js';
import type { Found, StatementRule } from '../../known/rule.js';

export const dropColumn: StatementRule<'drop-column'> = {
  name: 'drop-column',
  family: 'data',
  severity: 'warning',
  summary: 'DROP COLUMN of an existing table',
  why: 'The values are gone once the file is committed, and so are indexes and constraints that name the column; with CASCADE also views. Programs of the previous release still read and write it while the new ones start, so they fail. DROP COLUMN takes ACCESS EXCLUSIVE.',
  instead:
    'drop it in a release after the one that stopped using it, and say so: -- pgm:ignore drop-column because …',
  examples: {
    bad: [
      'ALTER TABLE orders DROP COLUMN IF EXISTS note;',
      'ALTER TABLE orders DROP COLUMN IF EXISTS note CASCADE;',
      'DO $$ BEGIN ALTER TABLE orders DROP COLUMN note; END $$;',
      'ALTER TYPE pair DROP ATTRIBUTE IF EXISTS b;',
    ],
    good: [
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS helper int;\nALTER TABLE orders DROP COLUMN IF EXISTS helper;',
      'CREATE TABLE IF NOT EXISTS fresh (id bigint, note text);\nALTER TABLE fresh DROP COLUMN IF EXISTS note;',
      'CREATE TEMPORARY TABLE fresh (id bigint, note text);\nALTER TABLE fresh DROP COLUMN note;',
      'ALTER TABLE orders DROP CONSTRAINT IF EXISTS positive;',
      '-- pgm:ignore drop-column because nothing reads it since release 4\nALTER TABLE orders DROP COLUMN IF EXISTS note;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known, context) => {
    if (statement.kind !== 'alter-table' || known.isNew(statement.table)) return [];
    const { table, what, actions } = statement;
    if (what === 'type' && isNewObject('type', table, known)) return [];
    return actions.flatMap((action): readonly Found[] => {
      if (action.kind !== 'drop-column') return [];
      const { column, at: before } = action;
      if (isAdded({ table, column, before }, known, context)) return [];
      const more = action.cascade ? ', and what depends on it' : '';
      const words = what === 'type' ? 'DROP ATTRIBUTE' : 'DROP COLUMN';
      const message = `${words} loses every value of ${known.qualified(table)}.${action.column}${more}`;
      return [{ at: action.at, message }];
    });
  },
};
