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
  String.raw`set_config(?!\s*\(\s*'[^'.]*'(?:::text)?\s*,)`,
  String.raw`(?:^|[^\w$])(?:re)?set\s+(?:(?:session|local)\s+)?"?[\w$]+"?\s*\.`,
  String.raw`'\s*set\s+(?:(?:session|local)\s+)?[%']`,
].join('|');

/** What leaves something in a session that the server does not list and DISCARD ALL does not clean, settings aside. */
const leaver = String.raw`(?:^|[^\w$])(?:dblink_connect|setseed|load\s+e?['$])`;

/** True for code that may set such a setting, also only until COMMIT: the session knows its name from then on. */
export function declaresSetting(sql: string): boolean {
  return new RegExp(anySetter, 'i').test(sql);
}

/** True for code that may leave what is neither listed by the server nor cleaned by DISCARD ALL, settings aside. */
export function leavesMore(sql: string): boolean {
  return new RegExp(leaver, 'i').test(sql);
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
    : readable;
  return `exists (select from ${ofUsers} and ${kind} and ${source} ~* ${literal(setter)})`;
}

const ofUsers = "pg_catalog.pg_proc where pronamespace <> 'pg_catalog'::pg_catalog.regnamespace";
const readable =
  "prolang not in (select oid from pg_catalog.pg_language where lanname in ('internal', 'c'))";
const source =
  'case when prosqlbody is null then prosrc else pg_catalog.pg_get_function_sqlbody(oid) end';

/** A condition: whether the database has routines after whose call a session is not fit for the next file. */
export const wearingRoutines = `exists (select from ${ofUsers} and ${readable} and (
  ${source} ~* ${literal(`${anySetter}|${leaver}`)}
  or exists (select from pg_catalog.unnest(proconfig) as own where own ~ '^[^=]*[.]')))`;
