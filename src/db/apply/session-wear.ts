import { declaresSetting } from './hidden-settings.js';

/**
 * True for code after which the next file needs a session of its own: it may have changed the settings that sessions begin
 * with, or have left what DISCARD ALL does not clean (connections of dblink, a loaded library, the seed of random(), or an
 * undeclared setting like `app.tenant`, which is then empty instead of missing). A word in a comment costs no more than a
 * connection.
 */
export function wearsSession(sql: string): boolean {
  return /\balter\s+(?:database|role|user)\b/i.test(sql) || leavesMore(sql) || declaresSetting(sql);
}

/** True for code that may leave what is neither listed by the server nor cleaned by DISCARD ALL, settings aside. */
export function leavesMore(sql: string): boolean {
  return /\bdblink_connect|\bload\s+e?['$]|\bsetseed\b/i.test(sql);
}

/** True for code that defines a routine which wears the session of whoever calls it by an undeclared setting. */
export function definesWear(sql: string): boolean {
  return (
    /\bcreate\s+(?:or\s+replace\s+)?(?:function|procedure)\b/i.test(sql) && declaresSetting(sql)
  );
}
