import type { Column } from '../../../core/grammar/tables.js';
import type { Known } from '../../known/known.js';
import type { Found, StatementRule } from '../../known/rule.js';
import { isSerial } from '../../known/types/serial.js';
import { WholeFile } from '../../known/whole-file.js';

export const addNotNullColumnWithoutDefault: StatementRule<'add-not-null-column-without-default'> =
  {
    name: 'add-not-null-column-without-default',
    family: 'data',
    severity: 'error',
    summary: 'ADD COLUMN … NOT NULL without a default, to an existing table',
    why: 'If the table has one row, there is no value for it: the file fails with “contains null values” and is rolled back, in production and not on an empty database. If it has none, INSERTs by programs of the previous release fail, because they do not know the column. A constant default or now() is not written into the rows, so it costs nothing.',
    instead:
      'give it a DEFAULT, or add it without NOT NULL, fill it, and SET NOT NULL in a later file',
    examples: {
      bad: [
        'ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text NOT NULL;',
        'ALTER TABLE orders ADD COLUMN IF NOT EXISTS key uuid PRIMARY KEY;',
        'ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text NOT NULL DEFAULT NULL;',
        'DO $$ BEGIN ALTER TABLE orders ADD COLUMN state text NOT NULL; EXCEPTION WHEN duplicate_column THEN NULL; END $$;',
      ],
      good: [
        'ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text;',
        'ALTER TABLE orders ADD COLUMN IF NOT EXISTS id bigserial PRIMARY KEY;',
        'ALTER TABLE orders ADD COLUMN IF NOT EXISTS id bigint GENERATED ALWAYS AS IDENTITY;',
        'ALTER TABLE orders ADD COLUMN IF NOT EXISTS twice int NOT NULL GENERATED ALWAYS AS (id * 2) STORED;',
        'CREATE TABLE IF NOT EXISTS fresh (id bigint);\nALTER TABLE fresh ADD COLUMN IF NOT EXISTS state text NOT NULL;',
        'TRUNCATE orders;\nALTER TABLE orders ADD COLUMN IF NOT EXISTS state text NOT NULL;',
        "ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text NOT NULL DEFAULT 'open';",
      ],
    },
    looksAt: 'statement',
    check: (statement, known, { file }) => {
      if (statement.kind !== 'alter-table' || statement.what !== 'table') return [];
      const { table, actions } = statement;
      if (known.isNew(table) || WholeFile.of(file).empties(table, statement.at)) return [];
      const relation = known.relation(table);
      return actions.flatMap((action): readonly Found[] => {
        if (action.kind !== 'add-column' || hasValue(action.column, known)) return [];
        const { column, ifNotExists, at } = action;
        if (ifNotExists && relation?.columns.has(column.name) === true) return [];
        const message = `ADD COLUMN ${column.name} NOT NULL fails if ${known.qualified(table)} has a row: there is no value for it`;
        return [{ at, message }];
      });
    },
  };

function hasValue(column: Column, known: Known): boolean {
  const { type, isNotNull, isIdentity, generated } = column;
  if (!isNotNull || isIdentity || generated !== null) return true;
  if (column.default !== null)
    return column.default.kind !== 'constant' || column.default.type !== 'null';
  // A domain may have a default of its own.
  return isSerial(type) || (type !== null && known.object('domain', type) !== null);
}
