import type { Blocker } from './ports.js';

/** Who is in the way, in words: `pid 42 (psql, user alice, idle in transaction, for 95 s)`; empty for nobody. */
export function describeBlockers(blockers: readonly Blocker[]): string {
  return blockers.map(describe).join(', ');
}

function describe({ pid, application, user, state, sinceMs }: Blocker): string {
  const name = application === null || application === '' ? 'no application name' : application;
  const about = [
    name,
    ...(user === null ? [] : [`user ${user}`]),
    ...(state === null ? [] : [state]),
    ...(sinceMs === null ? [] : [`for ${Math.round(sinceMs / 1_000)} s`]),
  ];
  return `pid ${pid} (${about.join(', ')})`;
}
