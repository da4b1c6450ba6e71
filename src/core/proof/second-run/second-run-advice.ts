import type { Changes } from './changes.js';
import { secondRunRows } from './second-run-rows.js';

/**
 * How to write a statement that failed when it ran a second time; null if that is not sure. `statement` is its text from
 * its first word on.
 */
export function secondRunAdvice(sqlstate: string, statement: string): string | null {
  const words = wordsOf(statement);
  const row = secondRunRows.find(
    ([states, pattern]) => states.includes(sqlstate) && pattern.test(words),
  );
  if (row === undefined) return null;
  const [, pattern, advice] = row;
  const found = pattern.exec(words)?.[1] ?? '';
  return advice.replace('pg_$1', `pg_${found.toLowerCase()}`).replace('$1', found);
}

/** How to write a statement that changed something when it ran a second time; null if that is not sure. */
export function changeAdvice(
  statement: string,
  { objects, rows: changes }: Changes,
): string | null {
  const words = wordsOf(statement);
  const isAdded = objects.some(({ kind }) => kind === 'added');
  if (isAdded && /^CREATE (UNIQUE )?INDEX\b/.test(words)) {
    return 'write CREATE INDEX IF NOT EXISTS, with a name';
  }
  if (isAdded && /^ALTER TABLE\b.*\bADD\b/.test(words)) {
    return 'give the constraint a name, and write DROP CONSTRAINT IF EXISTS before it';
  }
  if (changes.some(({ added }) => added > 0)) {
    return words.startsWith('COPY')
      ? 'COPY into a temporary table, and from there insert only the rows that do not exist yet'
      : 'write INSERT … ON CONFLICT DO NOTHING on a unique key, or insert only the rows that do not exist yet';
  }
  if (changes.some(({ removed }) => removed > 0)) {
    return 'name the rows to delete by values that other rows never have';
  }
  return changes.length === 0
    ? null
    : 'change only the rows that need it: add a WHERE that the changed rows no longer match';
}

function wordsOf(statement: string): string {
  return statement.slice(0, longest).replace(/\s+/g, ' ').toUpperCase();
}

/** The words that matter are within this length. */
const longest = 2_000;
