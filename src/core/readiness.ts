import type { MigrationState, MigrationStatus } from './compare.js';
import { countStates } from './compare.js';
import type { Verdict } from './report.js';

/** What the probes answer. Holds nothing that may not be shown to anybody: no SQL, no server message, no host, no user. */
export interface Health {
  readonly ready: boolean;
  /** Why not; null when ready. */
  readonly reason: string | null;
  readonly postgres: 'up' | 'down' | 'unknown';
  /** Of the current snapshot; null before there is one. */
  readonly revision: string | null;
  readonly migrations: Readonly<Record<MigrationState, number>> | null;
}

/** What is known at the moment of a probe. */
export type Sight =
  | { readonly kind: 'no-source' }
  | { readonly kind: 'unreachable'; readonly revision: string }
  | { readonly kind: 'no-database'; readonly revision: string }
  | {
      readonly kind: 'compared';
      readonly revision: string;
      readonly statuses: readonly MigrationStatus[];
      readonly verdict: Verdict;
    };

export interface ReadinessOptions {
  /** `attempted`: a failed migration does not take the pod out of its Service. */
  readonly readiness: 'applied' | 'attempted';
  /** Only this revision (or one that begins so) will do; null for any. */
  readonly wanted: string | null;
  /** What the loop is doing, to say why not all is applied yet; null for nothing in particular. */
  readonly activity: string | null;
}

export function assessReadiness(sight: Sight, options: ReadinessOptions): Health {
  const { wanted, activity } = options;
  if (sight.kind === 'no-source')
    return notReady('migrations directory not found', 'unknown', null);
  const { revision } = sight;
  if (sight.kind === 'unreachable') return notReady('postgres unreachable', 'down', revision);
  if (sight.kind === 'no-database') {
    return notReady(activity ?? 'database does not exist', 'up', revision);
  }
  const migrations = countStates(sight.statuses);
  const about = { postgres: 'up', revision, migrations } as const;
  if (wanted !== null && !revision.startsWith(wanted)) {
    return { ...about, ready: false, reason: 'another revision is mounted' };
  }
  const reason = whyNot(sight, options);
  return { ...about, ready: reason === null, reason };
}

function whyNot(
  { verdict, statuses }: Extract<Sight, { kind: 'compared' }>,
  { readiness, activity }: ReadinessOptions,
): string | null {
  switch (verdict.kind) {
    case 'up-to-date':
      return null;
    case 'no-migrations':
      return 'no migrations found';
    case 'behind':
      if (readiness === 'attempted' && wasAttempted(statuses)) return null;
      return activity === null ? verdict.reason : `${verdict.reason}; ${activity}`;
  }
}

/** What is still pending behind a failure of its schema was held, which is as far as a try can go. */
function wasAttempted(statuses: readonly MigrationStatus[]): boolean {
  const stuck = new Set(statuses.filter(isStuck).map(({ schema }) => schema));
  return statuses.every(
    ({ state, schema }) => state === 'applied' || state === 'missing' || stuck.has(schema),
  );
}

function isStuck({ state }: MigrationStatus): boolean {
  return state === 'failed' || state === 'held';
}

/** No: and why. */
export function notReady(
  reason: string,
  postgres: Health['postgres'],
  revision: string | null,
): Health {
  return { ready: false, reason, postgres, revision, migrations: null };
}
