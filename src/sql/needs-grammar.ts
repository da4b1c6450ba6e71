/**
 * False only when the grammar could tell nothing new: the text holds none of the words of which every statement has one
 * that is not of the kind `other`, or that destroys data. However the text is cut into statements, all of them are then
 * plain ones. Words inside strings and comments count too, which errs on the safe side.
 */
export function needsGrammar(text: string): boolean {
  return telling.test(text);
}

const tellingWords = [
  ...['begin', 'start', 'commit', 'end', 'rollback', 'abort', 'savepoint', 'release', 'prepare'],
  ...['copy', 'discard', 'concurrently', 'database', 'tablespace', 'subscription', 'system'],
  ...['vacuum', 'cluster', 'reindex', 'drop', 'delete', 'truncate', 'execute'],
  // A DO block; not the DO NOTHING and DO UPDATE of INSERT, which no DO block can look like.
  String.raw`do(?!\s+(?:nothing|update)\b)`,
];

/** A digit may stand before a word without being part of it (`1commit` is two tokens for PostgreSQL 14). */
const telling = new RegExp(`(?<![A-Za-z_])(?:${tellingWords.join('|')})(?![A-Za-z0-9_])`, 'i');
