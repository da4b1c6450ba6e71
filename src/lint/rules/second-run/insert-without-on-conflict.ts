import type { Name } from '../../../core/grammar/names.js';
import type { Insert } from '../../../core/grammar/rows.js';
import type { Statement } from '../../../core/grammar/statement.js';
import { expectsIt, isTemporary } from '../../known/guards.js';
import type { StatementRule } from '../../known/rule.js';
import { WholeFile } from '../../known/whole-file.js';

export const insertWithoutOnConflict: StatementRule<'insert-without-on-conflict'> = {
  name: 'insert-without-on-conflict',
  family: 'second-run',
  severity: 'error',
  summary: 'INSERT or COPY that does not check whether the rows already exist',
  why: 'An edited file runs again, and so does every file on a database that was restored without its history. With a unique key the file fails with “duplicate key value” and is rolled back; without one, every row exists twice.',
  instead:
    'write ON CONFLICT DO NOTHING or DO UPDATE with a unique key, or insert only the rows that do not exist yet',
  examples: {
    bad: [
      "INSERT INTO currencies (code) VALUES ('EUR'), ('USD');",
      'INSERT INTO archive SELECT * FROM orders;',
      'INSERT INTO counters DEFAULT VALUES;',
      "WITH fresh AS (SELECT 'EUR' AS code) INSERT INTO currencies SELECT code FROM fresh;",
      "WITH added AS (INSERT INTO currencies VALUES ('EUR') RETURNING code) SELECT code FROM added;",
      'WITH added AS (INSERT INTO users (id) VALUES (7) ON CONFLICT DO NOTHING RETURNING id), found AS (SELECT id FROM added UNION SELECT id FROM users WHERE id = 7) INSERT INTO counters (n) SELECT id FROM found;',
      "DO $$ BEGIN INSERT INTO currencies VALUES ('EUR'); END $$;",
      'COPY currencies (code) FROM STDIN;\nEUR\n\\.\n',
    ],
    good: [
      'INSERT INTO archive SELECT * FROM orders AS o WHERE NOT EXISTS (SELECT FROM archive AS a WHERE a.id = o.id);',
      'INSERT INTO archive SELECT id FROM orders EXCEPT SELECT id FROM archive;',
      'INSERT INTO archive SELECT o.* FROM orders AS o LEFT JOIN archive AS a USING (id) WHERE a.id IS NULL;',
      "DELETE FROM currencies WHERE code = 'EUR';\nINSERT INTO currencies (code) VALUES ('EUR');",
      'WITH moved AS (DELETE FROM orders WHERE paid RETURNING *) INSERT INTO archive SELECT * FROM moved;',
      'INSERT INTO archive SELECT * FROM orders;\nDELETE FROM orders;',
      'WITH missing AS (SELECT id FROM orders AS o WHERE NOT EXISTS (SELECT FROM archive AS a WHERE a.id = o.id)) INSERT INTO archive SELECT id FROM missing;',
      'WITH added AS (INSERT INTO users (id) VALUES (7) ON CONFLICT DO NOTHING RETURNING id), counted AS (INSERT INTO counters (n) SELECT id FROM added RETURNING id) INSERT INTO delivered (id) SELECT id FROM counted;',
      "CREATE TEMPORARY TABLE fresh (code text);\nINSERT INTO fresh VALUES ('EUR');",
      "DROP TABLE IF EXISTS units;\nCREATE TABLE units (name text);\nINSERT INTO units VALUES ('kg');",
      "DO $$ BEGIN IF NOT EXISTS (SELECT FROM currencies) THEN INSERT INTO currencies VALUES ('EUR'); END IF; END $$;",
      "DO $$ BEGIN INSERT INTO currencies VALUES ('EUR'); EXCEPTION WHEN unique_violation THEN NULL; END $$;",
      "-- pgm:once\nINSERT INTO currencies (code) VALUES ('EUR');",
      "INSERT INTO currencies (code) VALUES ('EUR'), ('USD') ON CONFLICT (code) DO NOTHING;",
    ],
  },
  looksAt: 'statement',
  check: (statement, known, context) => {
    const isCopy = statement.kind === 'copy' && statement.direction === 'from';
    if (statement.kind !== 'insert' && !isCopy) return [];
    const { table, at } = statement;
    if (table === null || expectsIt(context) || isTemporary(known, table)) return [];
    const file = WholeFile.of(context.file);
    if (file.deletesFrom(table)) return [];
    if (isCopy) return [{ at, message: again, advice: copyAdvice }];
    if (statement.kind !== 'insert' || statement.onConflict !== null) return [];
    const others = [...statement.writes, ...context.beside];
    if (looksFirst(statement) || takesRows(statement, file) || dependsOn(statement, others))
      return [];
    return [{ at, message: again }];
  },
};

const again =
  'run a second time, it inserts the same rows again, or fails if a unique key forbids it';
const copyAdvice =
  'COPY into a temporary table, and from there write INSERT … ON CONFLICT DO NOTHING';

/** It reads the table that it writes: most likely to leave out existing rows. */
function looksFirst({ table, query }: Insert): boolean {
  return (query?.reads ?? []).some(({ name }) => name === table.name);
}

/** The rows come from a table from which the file then deletes them. */
function takesRows({ query, writes }: Insert & Statement, file: WholeFile): boolean {
  const isOfWith = writes.some(({ kind }) => kind === 'delete' || kind === 'update');
  const reads: readonly Name[] = query?.reads ?? [];
  return isOfWith || reads.some((source) => file.deletesFrom(source));
}

/** The rows come from an INSERT in the WITH that returns none the second time. */
function dependsOn({ query }: Insert, others: readonly Statement[]): boolean {
  if (query === null || query.rows !== null || !query.readsWith) return false;
  return others.some((each) => {
    if (each.kind !== 'insert' || each.query === query) return false;
    // It fetches those that exist already from the table itself.
    if (query.reads.some(({ name }) => name === each.table.name)) return false;
    return each.onConflict === 'nothing' || looksFirst(each);
  });
}
