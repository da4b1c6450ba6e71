import type { Name } from '../../../core/grammar/names.js';
import type { Statement } from '../../../core/grammar/statement.js';
import type { LintedFile } from '../../../core/lint/linted-file.js';
import type { Known } from '../../known/known.js';
import type { StatementRule } from '../../known/rule.js';
import { everyStatement } from '../../known/whole-file.js';

export const definerWithoutSearchPath: StatementRule<'definer-without-search-path'> = {
  name: 'definer-without-search-path',
  family: 'security',
  severity: 'warning',
  summary: 'SECURITY DEFINER without SET search_path',
  why: 'The function runs with the rights of its owner, but looks up names in the search path of whoever calls it. A caller who may create a table, an operator or a function in any schema can put their own in front of the intended one, and it runs with the rights of the owner. A temporary table is enough, as the schema for these comes first.',
  instead:
    'add SET search_path = pg_catalog, pg_temp to it, and write other names with their schema',
  examples: {
    bad: [
      'CREATE OR REPLACE FUNCTION orders_of(who text) RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$ SELECT count(*) FROM orders WHERE customer = who $$;',
      'CREATE OR REPLACE PROCEDURE purge() LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN DELETE FROM orders WHERE old; END $$;',
      'ALTER FUNCTION orders_of(text) SECURITY DEFINER;',
    ],
    good: [
      'CREATE OR REPLACE FUNCTION two() RETURNS int LANGUAGE sql AS $$ SELECT 2 $$;',
      'CREATE OR REPLACE FUNCTION two() RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 2;',
      "CREATE OR REPLACE FUNCTION two() RETURNS int LANGUAGE c SECURITY DEFINER AS 'two', 'two';",
      'ALTER FUNCTION orders_of(text) SECURITY DEFINER SET search_path = pg_catalog, pg_temp;',
      'CREATE OR REPLACE FUNCTION two() RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT 2 $$;\nALTER FUNCTION two() SET search_path = pg_catalog, pg_temp;',
      "CREATE OR REPLACE FUNCTION two() RETURNS int LANGUAGE sql SET search_path = '' AS $$ SELECT 2 $$;\nALTER FUNCTION two() SECURITY DEFINER;",
      'CREATE OR REPLACE FUNCTION orders_of(who text) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT count(*) FROM shop.orders WHERE customer = who $$;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known, { file }) => {
    const definer = definerOf(statement);
    if (definer === null || hasPath(file, definer, known)) return [];
    // If it is created elsewhere, that may have set the path.
    const isOfOtherFile = statement.kind === 'alter-function' && isMade(definer, known, file);
    if (isOfOtherFile) return [];
    const message = `${known.qualified(definer)} runs with its owner's rights and the caller's search path`;
    return [{ at: statement.at, message }];
  },
};

/** The function that starts looking up names with rights other than the caller's. */
function definerOf(statement: Statement): Name | null {
  if (statement.kind === 'alter-function')
    return statement.securityDefiner === true ? statement.function : null;
  if (statement.kind !== 'create-function' || !statement.securityDefiner) return null;
  // PostgreSQL looks up the names of RETURN and BEGIN ATOMIC when it creates the function; C has none.
  return statement.body === null ? null : statement.function;
}

function hasPath(file: LintedFile, name: Name, known: Known): boolean {
  return Array.from(everyStatement(file)).some((statement) => setsPath(statement, name, known));
}

function setsPath(statement: Statement, name: Name, known: Known): boolean {
  if (statement.kind !== 'create-function' && statement.kind !== 'alter-function') return false;
  const settings =
    statement.kind === 'create-function'
      ? statement.settings.map((setting) => setting.name)
      : statement.sets;
  return (
    settings.includes('search_path') &&
    known.qualified(statement.function) === known.qualified(name)
  );
}

function isMade(name: Name, known: Known, file: LintedFile): boolean {
  const made = known.object('function', name) ?? known.object('procedure', name);
  return made !== null && made.file !== file.key;
}
