import { countStates, type MigrationState, type MigrationStatus } from '../run/compare.js';
import { driftAsReason, type DriftSeen } from '../drift/drift-seen.js';
import type { MigrationKey } from '../files/migration.js';
import type { Standing } from '../run/intents.js';
import type { Verdict } from '../run/report.js';

/** What the probes answer. Safe to show to anyone: no SQL, no server messages, no hosts, no users. */
export interface Health {
  readonly ready: boolean;
  /** Why not; null when ready. */
  readonly reason: string | null;
  readonly postgres: 'up' | 'down' | 'unknown';
  /** Revision of the current snapshot; null before there is one. */
  readonly revision: string | null;
  readonly migrations: Readonly<Record<MigrationState, number>> | null;
}

/** What is known at the time of a probe. */
export type Sight =
  /** `found`: what the history says, if it was asked; a revision is null only if it is asked without a source. */
  | {
      readonly kind: 'no-source';
      readonly found: { readonly everInFull: boolean; readonly allGone: boolean } | null;
    }
  | { readonly kind: 'unreachable'; readonly revision: string | null }
  | { readonly kind: 'no-database'; readonly revision: string | null }
  /** Only standbys answer, and the connection string asks for a primary. */
  | { readonly kind: 'no-primary'; readonly revision: string | null }
  /** PostgreSQL answers but refuses: a failed login, a missing privilege, a history that a newer pgm created. */
  | {
      readonly kind: 'refused';
      readonly revision: string | null;
      /** From its last answer. */
      readonly everInFull: boolean;
    }
  | {
      readonly kind: 'compared';
      readonly revision: string;
      readonly statuses: readonly MigrationStatus[];
      readonly verdict: Verdict;
      /** None of it is applied, because of what `--lint` found. */
      readonly isHeld: boolean;
      /** Edited after they were applied and not to be run again, because of `--on-change` or `-- pgm:once`. */
      readonly kept: ReadonlySet<MigrationKey>;
      /** Null when the history does not say. */
      readonly standing: Standing | null;
      /** The revision was once applied in full. */
      readonly wasInFull: boolean;
      /** Every migration of some revision has been applied to this database. */
      readonly everInFull: boolean;
    };

export type Readiness = 'applied' | 'once' | 'strict';

export interface ReadinessOptions {
  /**
   * With `once`, a database that was once brought up to date stays in its Service as long as PostgreSQL answers.
   * `strict` is like `applied`, and drift means not ready.
   */
  readonly readiness: Readiness;
  /** The revision that must be mounted, or a prefix of it; null for any. */
  readonly wanted: string | null;
  /** What the loop is doing, given as the reason why not everything is applied yet; null when it is idle. */
  readonly activity: string | null;
  /** What the last look for drift found; null while it is not known. */
  readonly drift?: DriftSeen | null | undefined;
}

export function assessReadiness(sight: Sight, options: ReadinessOptions): Health {
  const { activity } = options;
  switch (sight.kind) {
    case 'no-source': {
      const { found } = sight;
      if (found?.everInFull === true && staysReady(options)) return readyBlindly(null);
      const postgres = found === null ? 'unknown' : 'up';
      return notReady('migrations directory missing or not readable', postgres, null);
    }
    case 'unreachable':
      return notReady('postgres unreachable', 'down', sight.revision);
    case 'no-primary':
      return notReady('waiting for a primary', 'up', sight.revision);
    case 'no-database':
      return notReady(activity ?? 'database does not exist', 'up', sight.revision);
    case 'refused':
      if (sight.everInFull && staysReady(options)) return readyBlindly(sight.revision);
      return notReady('postgres refuses to show the history', 'up', sight.revision);
    case 'compared': {
      const drift = options.readiness === 'strict' ? driftAsReason(options.drift ?? null) : null;
      const reason = whyNot(sight, options) ?? drift;
      const migrations = countStates(sight.statuses);
      const { revision } = sight;
      return { ready: reason === null, reason, postgres: 'up', revision, migrations };
    }
  }
}

/** A probe that asks for one revision wants it applied, whatever the rule. */
function staysReady({ readiness, wanted }: ReadinessOptions): boolean {
  return readiness === 'once' && wanted === null;
}

/** Without knowing the state of each migration. */
function readyBlindly(revision: string | null): Health {
  return { ready: true, reason: null, postgres: 'up', revision, migrations: null };
}

type Compared = Extract<Sight, { kind: 'compared' }>;

/**
 * A superseded runner whose revision was once applied in full is ready: the old pods of a rollout keep serving. A probe
 * that asks for that very revision is told that it is not the one applied now.
 */
function whyNot(sight: Compared, options: ReadinessOptions): string | null {
  const { verdict, revision, standing, wasInFull } = sight;
  const { wanted, activity } = options;
  // An empty revision is most likely a variable that was never set; it must not mean "any".
  const isWanted = wanted === null || (wanted !== '' && revision.startsWith(wanted));
  if (!isWanted) return 'another revision is mounted';
  if (sight.everInFull && staysReady(options)) return null;
  switch (verdict.kind) {
    case 'up-to-date':
      return null;
    case 'no-migrations':
      return 'no migrations found';
    case 'behind':
      if (wanted === null && wasInFull && standing?.kind === 'superseded') return null;
      return activity === null ? verdict.reason : `${verdict.reason}; ${activity}`;
  }
}

/**
 * True when a run would find something to do: migrations are missing from the database, or another revision is wanted.
 * Migrations that another runner applied with other content are `changed`, and count only for the runner whose revision
 * rules: two runners must not trigger each other for ever.
 */
export function needsRun(sight: Sight): boolean {
  if (sight.kind !== 'compared') return sight.kind === 'no-database';
  const { standing, statuses, kept, isHeld } = sight;
  // The run has something to report, or to record.
  if (standing?.kind === 'superseded' || standing?.recorded === null) return true;
  if (isHeld) return false;
  return statuses.some(
    ({ state, key }) =>
      state === 'pending' || (state === 'changed' && standing !== null && !kept.has(key)),
  );
}

export function notReady(
  reason: string,
  postgres: Health['postgres'],
  revision: string | null,
): Health {
  return { ready: false, reason, postgres, revision, migrations: null };
}
