/**
 * True for a file after which the next one needs a session of its own: it may have changed the settings that sessions begin
 * with, or have left what DISCARD ALL does not clean (connections of dblink, a loaded library, the seed of random()). A word in
 * a comment costs no more than a connection.
 */
export function wearsSession(sql: string): boolean {
  return /\balter\s+(?:database|role|user)\b|\bdblink_connect|\bload\s+'|\bsetseed\b/i.test(sql);
}
