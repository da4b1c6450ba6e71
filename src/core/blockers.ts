import type { LockHolder } from './run/report.js';

/** What a long-running file is doing. All but the time is as the server sees it. */
export interface FileProgress {
  /** How long the file has been running, by our own clock. */
  readonly runningMs: number;
  /** `Lock: relation`, in PostgreSQL's words; null when it is not waiting. */
  readonly waitingFor: string | null;
  /** Who is blocking it. */
  readonly blockers: readonly Blocker[];
  /** Phase and progress of a CREATE INDEX; null when there is none. */
  readonly indexBuild: string | null;
}

export interface Blocker {
  readonly pid: number;
  readonly application: string | null;
  readonly user: string | null;
  readonly state: string | null;
  /** Age of its transaction. */
  readonly sinceMs: number | null;
}

/** Who is blocking, in words: `pid 42 (psql, user alice, idle in transaction, for 95 s)`; empty if nobody is. */
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

/** Who holds the run lock, in words: `pid 4711 (pgm/1.0.0 pod-a, user pact) since …`. */
export function describeHolder(holder: LockHolder): string {
  return `${holderName(holder)} since ${holder.since}`;
}

/** The same without the time: `pid 4711 (pgm/1.0.0 pod-a, user pact)`. */
export function holderName({ pid, application, user }: LockHolder): string {
  return `pid ${pid} (${application === '' ? 'no application name' : application}, user ${user})`;
}
