import type { StandaloneStatement } from '../../core/statements/judge-file.js';
import { literal } from '../wire/quote.js';

/**
 * Matches whatever sets an undeclared setting (`app.tenant`) until the session ends, and more: set_config, unless the name
 * has no dot or it lasts only until COMMIT; SET with a dot in the name; the text of a SET that continues with `%` or ends
 * there. PostgreSQL (`~*`) and JavaScript read it alike.
 */
const setter = [
  String.raw`set_config(?!\s*\(\s*'[^'.]*'(?:::text)?\s*,)(?!\s*\([^()]*,\s*true\s*\))`,
  String.raw`(?:^|[^\w$])set\s+(?:session\s+)?"?[\w$]+"?\s*\.`,
  String.raw`'\s*set\s+(?:session\s+)?[%']`,
].join('|');

/** The same whether until the session ends or until COMMIT, and RESET. */
const anySetter = [
  /set_config(?!\s*\(\s*'[^'.]*'(?:::text)?\s*,)/i,
  /(?:^|[^\w$])(?:re)?set\s+(?:(?:session|local)\s+)?"?[\w$]+"?\s*\./i,
  /'\s*set\s+(?:(?:session|local)\s+)?[%']/i,
];

/** True for code that may set such a setting, also only until COMMIT: the session knows its name from then on. */
export function declaresSetting(sql: string): boolean {
  return anySetter.some((pattern) => pattern.test(sql));
}

/** True if the statement itself may make settings that the server does not list, and that no SET can restore. */
export function hidesSettings(sql: string, { start, end, command }: StandaloneStatement): boolean {
  return command !== 'SET' && new RegExp(setter, 'i').test(sql.slice(start, end));
}

/**
 * Start of the names of commands that run no function, or run it under settings of their own, as for an index; so only an
 * event trigger can have changed those of the session.
 */
const quiet =
  /^(?:CREATE (?:INDEX|DATABASE|TABLESPACE)|DROP|REINDEX|REFRESH|VACUUM|ANALYZE|CLUSTER|SET|RESET|COMMENT|GRANT|REVOKE|CHECKPOINT|ALTER (?:SYSTEM|TYPE|INDEX|DATABASE|TABLE DETACH))\b/;

/** A condition: whether the database has functions that such a command may have run, and that are setters. */
export function setterMayHaveRun(command: string): string {
  const kind = quiet.test(command)
    ? "prorettype = 'pg_catalog.event_trigger'::pg_catalog.regtype"
    : "prolang not in (select oid from pg_catalog.pg_language where lanname in ('internal', 'c'))";
  return `exists (select from pg_catalog.pg_proc where pronamespace <> 'pg_catalog'::pg_catalog.regnamespace and ${kind}
  and case when prosqlbody is null then prosrc else pg_catalog.pg_get_function_sqlbody(oid) end ~* ${literal(setter)})`;
}
