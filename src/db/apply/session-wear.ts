import { declaresSetting, leavesMore } from './hidden-settings.js';

/** What code does to the session that runs it: nothing, something that stays, or also to any that calls what it defines. */
export type Wear = 'none' | 'session' | 'callers';

/**
 * After anything but `none` the next file needs a session of its own: the code may have changed the settings that sessions
 * begin with, or have left what DISCARD ALL does not clean (connections of dblink, a loaded library, the seed of random(), or
 * an undeclared setting like `app.tenant`, which is then empty instead of missing). A word in a comment costs no more than a
 * connection.
 */
export function readWear(sql: string): Wear {
  const stays = declaresSetting(sql) || leavesMore(sql);
  if (stays && /\bcreate\s+(?:or\s+replace\s+)?(?:function|procedure)\b/i.test(sql))
    return 'callers';
  return stays || /\balter\s+(?:database|role|user)\b/i.test(sql) ? 'session' : 'none';
}
