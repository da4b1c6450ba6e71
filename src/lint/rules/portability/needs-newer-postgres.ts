import { everyExpr } from '../../../core/grammar/expressions.js';
import {
  type Newer,
  newerFunctions,
  newerSettings,
  newerSyntax,
} from '../../../core/grammar/newer.js';
import type { Statement } from '../../../core/grammar/statement.js';
import type { Known } from '../../known/known.js';
import type { Found, StatementRule, Within } from '../../known/rule.js';

export const needsNewerPostgres: StatementRule<'needs-newer-postgres'> = {
  name: 'needs-newer-postgres',
  family: 'portability',
  severity: 'error',
  summary: 'what the PostgreSQL version of --postgres does not have yet',
  why: 'A file that was written on a newer PostgreSQL fails on an older one: syntax with a syntax error, a function with “does not exist”, a setting with “unrecognized configuration parameter”, as in dumps of a newer pg_dump. --postgres names the oldest major version that the files have to run on; without it this rule finds nothing.',
  instead:
    'write it in a way that version understands, or check the version in a DO block around it',
  examples: {
    bad: [
      'SELECT uuidv7();',
      'CREATE TABLE IF NOT EXISTS orders (a int, UNIQUE NULLS NOT DISTINCT (a));',
      'SET transaction_timeout = 0;',
      'MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE;',
      'CREATE OR REPLACE FUNCTION f() RETURNS uuid LANGUAGE sql AS $$ SELECT uuidv7() $$;',
    ],
    good: [
      "CREATE OR REPLACE FUNCTION uuidv7() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()';\nSELECT uuidv7();",
      "DO $$ BEGIN IF current_setting('server_version_num')::int >= 180000 THEN PERFORM uuidv7(); END IF; END $$;",
      'SELECT gen_random_uuid();',
    ],
  },
  looksAt: 'statement',
  check: (statement, known, { postgres, within }) => {
    if (within !== null && asksForVersion(within)) return [];
    return tooNew(statement, known, postgres);
  },
};

function tooNew(statement: Statement, known: Known, postgres: number): readonly Found[] {
  const own = statement.newer.flatMap((each): readonly Found[] => {
    const since = sinceOf(each);
    if (since <= postgres || isOwn(each, known)) return [];
    const message = `${wordsOf(each)} needs PostgreSQL ${since}, and the files have to run on ${postgres}`;
    return [{ at: each.at, message }];
  });
  if (statement.kind !== 'create-function') return own;
  // The OLD and NEW in its body are those of a trigger.
  const inBody = (statement.body?.statements ?? []).flatMap((nested) =>
    asksForVersion(nested)
      ? []
      : tooNew(
          {
            ...nested.statement,
            newer: nested.statement.newer.filter(({ name }) => name !== 'OLD and NEW in RETURNING'),
          },
          known,
          postgres,
        ),
  );
  return [...own, ...inBody];
}

function sinceOf(newer: Newer): number {
  switch (newer.kind) {
    case 'syntax':
      return newerSyntax[newer.name];
    case 'function':
      return newerFunctions[newer.name] ?? 0;
    case 'setting':
      return newerSettings[newer.name] ?? 0;
  }
}

function wordsOf({ kind, name }: Newer): string {
  if (kind === 'function') return `${name}()`;
  return kind === 'setting' ? `the setting ${name}` : name;
}

/** A function that the files themselves create. */
function isOwn({ kind, name, at }: Newer, known: Known): boolean {
  return kind === 'function' && known.object('function', { schema: null, name, at }) !== null;
}

/** IF checks the version of the server, or compares something with one. */
function asksForVersion({ conditions }: Pick<Within, 'conditions'>): boolean {
  return conditions.some((condition) =>
    [...everyExpr(condition)].some(
      (each) =>
        (each.kind === 'call' && /^(?:current_setting|version)$/.test(each.name)) ||
        (each.kind === 'constant' && /^(?:server_version|1\d0{4}$)/.test(each.value ?? '')),
    ),
  );
}
