import { countStates, type MigrationState, type MigrationStatus } from './compare.js';
import type { MigrationKey } from './migration.js';
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
  /** PostgreSQL answers, and its answer is no: the login, a right, a history that a newer pgm laid out. */
  | { readonly kind: 'refused'; readonly revision: string }
  | {
      readonly kind: 'compared';
      readonly revision: string;
      readonly statuses: readonly MigrationStatus[];
      readonly verdict: Verdict;
      /** Edited after they were applied, and not to be run again: by `--on-change`, or pinned by `-- pgm:once`. */
      readonly kept: ReadonlySet<MigrationKey>;
    };

export interface ReadinessOptions {
  /** `attempted`: a failed migration does not take the pod out of its Service. */
  readonly readiness: 'applied' | 'attempted';
  /** Only this revision (or one that begins so) will do; null for any. */
  readonly wanted: string | null;
  /** Revision of the last run that came to its end, whatever became of its files; null where no runs are known of. */
  readonly attempted: string | null;
  /** What the loop is doing, to say why not all is applied yet; null for nothing in particular. */
  readonly activity: string | null;
}

export function assessReadiness(sight: Sight, options: ReadinessOptions): Health {
  const { activity } = options;
  switch (sight.kind) {
    case 'no-source':
      return notReady('migrations directory not found', 'unknown', null);
    case 'unreachable':
      return notReady('postgres unreachable', 'down', sight.revision);
    case 'no-database':
      return notReady(activity ?? 'database does not exist', 'up', sight.revision);
    case 'refused':
      return notReady('postgres refuses to show the history', 'up', sight.revision);
    case 'compared': {
      const reason = whyNot(sight, options);
      const migrations = countStates(sight.statuses);
      const { revision } = sight;
      return { ready: reason === null, reason, postgres: 'up', revision, migrations };
    }
  }
}

type Compared = Extract<Sight, { kind: 'compared' }>;

function whyNot(sight: Compared, options: ReadinessOptions): string | null {
  const { verdict, revision } = sight;
  const { wanted, readiness, activity } = options;
  // An empty one is most likely a variable that was never set; it must not pass for "any".
  const isWanted = wanted === null || (wanted !== '' && revision.startsWith(wanted));
  if (!isWanted) return 'another revision is mounted';
  switch (verdict.kind) {
    case 'up-to-date':
      return null;
    case 'no-migrations':
      return 'no migrations found';
    case 'behind':
      if (readiness === 'attempted' && wasAttempted(sight, options)) return null;
      return activity === null ? verdict.reason : `${verdict.reason}; ${activity}`;
  }
}

/**
 * Who runs knows. Who only sees the history concludes from it: what is still pending behind a failure of its schema was
 * held, which is as far as a try can go.
 */
function wasAttempted(
  { statuses, kept, revision }: Compared,
  { attempted }: ReadinessOptions,
): boolean {
  if (attempted !== null) return attempted === revision;
  const stuck = new Set(statuses.filter(isStuck).map(({ schema }) => schema));
  return statuses.every(
    ({ state, schema, key }) =>
      state === 'applied' || state === 'missing' || kept.has(key) || stuck.has(schema),
  );
}

function isStuck({ state }: MigrationStatus): boolean {
  return state === 'failed' || state === 'held';
}

/**
 * True when migrations are not in the database at all. Those that another runner applied from other files are `changed`,
 * never `pending`, and do not count: two runners must not set each other off for ever.
 */
export function lacksMigrations(sight: Sight): boolean {
  if (sight.kind === 'no-database') return true;
  return sight.kind === 'compared' && sight.statuses.some(({ state }) => state === 'pending');
}

/** No: and why. */
export function notReady(
  reason: string,
  postgres: Health['postgres'],
  revision: string | null,
): Health {
  return { ready: false, reason, postgres, revision, migrations: null };
}
