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
