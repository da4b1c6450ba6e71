import type { Name } from '../../../core/grammar/names.js';
import type { StatementOf } from '../../../core/grammar/statement.js';
import type { Known } from '../../known/known.js';
import type { FileRule, Found } from '../../known/rule.js';
import { constantsOf } from '../../known/rows/constants.js';
import { everyStatement, WholeFile } from '../../known/whole-file.js';

export const enumValueUsedWhereAdded: FileRule<'enum-value-used-where-added'> = {
  name: 'enum-value-used-where-added',
  family: 'data',
  severity: 'error',
  summary: 'a value of an enum is used in the transaction that adds it',
  why: 'PostgreSQL lets nobody use the value before ALTER TYPE … ADD VALUE is committed, not even the same file, which is one transaction: it fails with “unsafe use of new value” and is rolled back. It works on databases that already have the value.',
  instead: 'use the value in a file of its own, after the one that adds it',
  examples: {
    bad: [
      "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad';\nUPDATE people SET feels = 'glad' WHERE feels = 'ok';",
      "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad';\nINSERT INTO people (feels) VALUES ('glad') ON CONFLICT DO NOTHING;",
      "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad';\nALTER TABLE people ALTER COLUMN feels SET DEFAULT 'glad';",
      "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad';\nSELECT 'glad'::mood;",
      "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad';\nCREATE INDEX IF NOT EXISTS glad_people ON people (id) WHERE feels = 'glad';",
    ],
    good: [
      "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad';\nUPDATE people SET feels = 'ok' WHERE feels = 'sad';",
      "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad';\nSELECT 'glad'::text;",
      "CREATE TABLE IF NOT EXISTS words (word text);\nALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad';\nINSERT INTO words (word) SELECT 'other' WHERE NOT EXISTS (SELECT FROM words WHERE word = 'glad');",
      "-- pgm:no-transaction\nALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad';\nUPDATE people SET feels = 'glad' WHERE feels = 'ok';",
      "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad';\nCREATE OR REPLACE FUNCTION glad() RETURNS mood LANGUAGE plpgsql AS $$ BEGIN RETURN 'glad'; END $$;",
      "ALTER TYPE mood RENAME VALUE 'ok' TO 'glad';\nUPDATE people SET feels = 'glad' WHERE feels = 'sad';",
      {
        'public/001_add.sql': "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad';",
        'public/002_use.sql': "UPDATE people SET feels = 'glad' WHERE feels = 'ok';",
      },
    ],
  },
  looksAt: 'file',
  check: (file, known) => {
    if (!file.isTransaction) return [];
    const added: Adding[] = [];
    const found: Found[] = [];
    for (const statement of everyStatement(file)) {
      if (statement.kind === 'alter-enum' && statement.adds !== null) {
        // Values of a type that the same transaction created can be used at once.
        if (!WholeFile.of(file).makes('type', statement.type)) added.push(statement);
      } else if (added.length > 0) {
        for (const { value, type, column, at } of constantsOf(statement)) {
          const typed = type ?? columnType(column, known);
          if (!added.some((each) => isOne(each, value, typed))) continue;
          const message =
            'it fails: the file has added this value of the enum, and is not committed';
          found.push({ at, message });
        }
      }
    }
    return found;
  },
};

type Adding = StatementOf<'alter-enum'>;

function columnType(
  column: { readonly table: Name; readonly name: string } | null,
  known: Known,
): Name | null {
  if (column === null) return null;
  return known.relation(column.table)?.columns.get(column.name)?.type ?? null;
}

/** If the type is not known, a string that equals the value is most likely the value. */
function isOne({ adds, type }: Adding, value: string, typed: Name | null): boolean {
  return value === adds && (typed === null || typed.name === type.name);
}
