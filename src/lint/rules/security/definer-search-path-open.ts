import type { Statement, StatementOf } from '../../../core/grammar/statement.js';
import type { StatementRule } from '../../known/rule.js';

export const definerSearchPathOpen: StatementRule<'definer-search-path-open'> = {
  name: 'definer-search-path-open',
  family: 'security',
  severity: 'warning',
  summary:
    'the search path of a SECURITY DEFINER function has a schema that the caller can write to',
  why: 'A function with the rights of its owner looks up names in its own search path. Whatever the caller can put there runs with these rights. "$user" is a schema of the owner, pg_temp is the caller\'s own, and if the path does not name pg_temp, PostgreSQL looks there first for tables and types. Up to version 14 everybody may create objects in public.',
  instead:
    'name pg_temp as the last schema of the path, and before it only schemas in which no caller may create objects',
  examples: {
    bad: [
      'CREATE OR REPLACE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = shop AS $$ SELECT count(*) FROM orders $$;',
      'CREATE OR REPLACE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = pg_temp, shop AS $$ SELECT count(*) FROM shop.orders $$;',
      `CREATE OR REPLACE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = "$user", shop, pg_temp AS $$ SELECT count(*) FROM orders $$;`,
    ],
    good: [
      'CREATE OR REPLACE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$ SELECT count(*) FROM shop.orders $$;',
      'CREATE OR REPLACE FUNCTION total() RETURNS bigint LANGUAGE sql SET search_path = shop AS $$ SELECT count(*) FROM orders $$;',
      'CREATE OR REPLACE PROCEDURE fill() LANGUAGE plpgsql SECURITY DEFINER SET search_path = shop AS $$ BEGIN CREATE TEMPORARY TABLE fresh AS TABLE shop.orders; INSERT INTO shop.sold SELECT * FROM fresh; END $$;',
      "CREATE OR REPLACE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ SELECT count(*) FROM shop.orders $$;",
      'CREATE OR REPLACE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = shop, pg_temp AS $$ SELECT count(*) FROM orders $$;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known, { postgres }) => {
    if (statement.kind !== 'create-function' || !statement.securityDefiner) return [];
    const path = statement.settings.find(({ name }) => name === 'search_path')?.values ?? [];
    const open = path.length === 0 ? null : openPart(path, statement, postgres);
    if (open === null) return [];
    const message = `${known.qualified(statement.function)} runs with its owner's rights, and ${open}`;
    return [{ at: statement.at, message }];
  },
};

function openPart(
  path: readonly string[],
  { body, returns }: StatementOf<'create-function'>,
  postgres: number,
): string | null {
  const temporary = path.indexOf('pg_temp');
  if (path.includes('$user')) return 'its search path has "$user"';
  if (temporary >= 0 && temporary < path.length - 1)
    return 'its search path has pg_temp before other schemas';
  if (path.includes('public') && postgres < 15)
    return 'its search path has public, where everybody may make objects up to PostgreSQL 14';
  // A trigger may have transition tables, which come before temporary ones.
  if (temporary >= 0 || returns?.name === 'trigger') return null;
  const statements = (body?.statements ?? []).map((each) => each.statement);
  const own = statements.flatMap(({ creates }) => creates?.name ?? []);
  const table = statements
    .flatMap((each) => tablesOf(each))
    .find(({ schema, name }) => schema === null && !own.includes(name));
  if (table === undefined) return null;
  return `a temporary table of the caller takes the place of ${table.name}, as pg_temp comes first where the path does not name it`;
}

function tablesOf(
  statement: Statement,
): readonly { readonly schema: string | null; readonly name: string }[] {
  const nested = statement.writes.flatMap(tablesOf);
  switch (statement.kind) {
    case 'select':
      return [...statement.query.reads, ...nested];
    case 'insert':
    case 'update':
    case 'delete':
    case 'merge':
      return [statement.table, ...nested];
    default:
      return nested;
  }
}
