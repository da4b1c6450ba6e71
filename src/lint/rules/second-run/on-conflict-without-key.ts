import type { Insert } from '../../../core/grammar/rows.js';
import { expectsIt } from '../../known/guards.js';
import type { Index, KnownColumn, Relation } from '../../known/known.js';
import type { StatementRule } from '../../known/rule.js';
import { volatileIn } from '../../known/rows/adds-up.js';
import { isSerial } from '../../known/types/serial.js';
import { WholeFile } from '../../known/whole-file.js';

export const onConflictWithoutKey: StatementRule<'on-conflict-without-key'> = {
  name: 'on-conflict-without-key',
  family: 'second-run',
  severity: 'warning',
  summary: 'INSERT … ON CONFLICT where no unique key can find a duplicate',
  why: 'ON CONFLICT only sees what a unique key forbids. If the table has none, or only one that the server fills itself, nothing is ever in conflict: each run of the file adds the rows once more.',
  instead:
    'add a unique key on the columns that the file gives, or insert only the rows that do not exist yet',
  examples: {
    bad: [
      {
        'public/001_notes.sql':
          'CREATE TABLE IF NOT EXISTS notes (id bigserial PRIMARY KEY, note text);',
        'public/002_seed.sql': "INSERT INTO notes (note) VALUES ('a') ON CONFLICT DO NOTHING;",
      },
      "CREATE TABLE IF NOT EXISTS notes (note text);\nINSERT INTO notes (note) VALUES ('a') ON CONFLICT DO NOTHING;",
      "CREATE TABLE IF NOT EXISTS notes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), note text);\nINSERT INTO notes (note) VALUES ('a') ON CONFLICT DO NOTHING;",
    ],
    good: [
      "CREATE TABLE IF NOT EXISTS notes (id bigserial PRIMARY KEY, note text UNIQUE);\nINSERT INTO notes (note) VALUES ('a') ON CONFLICT DO NOTHING;",
      "CREATE TABLE IF NOT EXISTS notes (note text);\nCREATE UNIQUE INDEX IF NOT EXISTS notes_note ON notes (lower(note));\nINSERT INTO notes (note) VALUES ('a') ON CONFLICT DO NOTHING;",
      "INSERT INTO notes (note) VALUES ('a') ON CONFLICT DO NOTHING;",
      {
        'public/001_notes.sql':
          'CREATE TABLE IF NOT EXISTS notes (id bigserial PRIMARY KEY, note text);',
        'public/002_seed.sql':
          "INSERT INTO notes (id, note) VALUES (1, 'a') ON CONFLICT (id) DO NOTHING;",
      },
    ],
  },
  looksAt: 'statement',
  check: (statement, known, context) => {
    if (statement.kind !== 'insert' || statement.onConflict === null || expectsIt(context))
      return [];
    const { table, at } = statement;
    const relation = known.relation(table);
    if (relation === null || !isWhole(relation)) return [];
    if (WholeFile.of(context.file).deletesFrom(table)) return [];
    if (statement.query?.reads.some(({ name }) => name === table.name) === true) return [];
    if (hasKey(statement, relation, known.indexesOf(table))) return [];
    const message = `run a second time, it adds the same rows: no unique key of ${known.qualified(table)} is on columns that it gives`;
    return [{ at, message }];
  },
};

/** Whether all its columns and keys are known. */
function isWhole({ kind, persistence, columns, partitionOf, isDerived }: Relation): boolean {
  const isTable = kind === 'table' && persistence !== 'temporary';
  return isTable && columns.size > 0 && partitionOf === null && !isDerived;
}

function hasKey(
  { columns, query }: Insert,
  relation: Relation,
  indexes: readonly Index[],
): boolean {
  const names = [...relation.columns.keys()];
  const width = query?.rows?.[0]?.length ?? query?.targets.length ?? 0;
  const given = new Set(columns.length > 0 ? columns : names.slice(0, width));
  const isMet = (name: string | null): boolean => {
    const column = name === null ? undefined : relation.columns.get(name);
    return column === undefined || given.has(column.name) || !isCounted(column);
  };
  const keys = relation.constraints
    .filter(({ type }) => type === 'primary key' || type === 'unique' || type === 'exclude')
    .map((key) => key.columns);
  const unique = indexes.filter((index) => index.unique).map((index) => index.columns);
  return [...keys, ...unique].some((key) => key.every(isMet));
}

/** Whether the server gives each row a different value. */
function isCounted({ type, default: value, isIdentity }: KnownColumn): boolean {
  if (isIdentity || isSerial(type)) return true;
  return value !== null && volatileIn(value) !== null;
}
