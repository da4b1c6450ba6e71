import type { MigrationFailure } from '../failure/failure.js';
import type { MigrationKey } from '../files/migration.js';
import type { MigrationStanding } from '../run/compare.js';
import { judgeRun, type RunReport, type Verdict, type VerdictOptions } from '../run/report.js';
import { short } from '../text/words.js';

/**
 * The state of a target. `done`: something was applied, and now everything is. `behind`: something is due, and nothing
 * went wrong. `failed`: a file failed or is held. `superseded`: another runner wants another revision there. `refused`:
 * the server answers, and will say no until a person changes something. `locked`: another runner was at work for too
 * long. `away`: it could not be reached in time. `interrupted`: we were told to stop halfway. `not-begun`: the run did
 * not get to it.
 */
export type TargetState = (typeof targetStates)[number];

/** In the order in which a summary lists them. */
export const targetStates = [
  'up-to-date',
  'done',
  'behind',
  'failed',
  'superseded',
  'refused',
  'locked',
  'away',
  'interrupted',
  'not-begun',
] as const;

/** The result for one target. */
export interface TargetOutcome {
  readonly target: string;
  readonly state: TargetState;
  /** The revision whose files are all applied there; null if none is known to be. */
  readonly revision: string | null;
  /** How many files are due there; null if the look was not possible. */
  readonly behindBy: number | null;
  /** Why it is not as wanted, in one line; null if it is. */
  readonly reason: string | null;
  readonly applied: readonly MigrationKey[];
  /** The first file that failed there. */
  readonly failure: FailedFile | null;
  readonly durationMs: number;
}

export interface FailedFile {
  readonly key: MigrationKey;
  /** Path in the source. */
  readonly path: string;
  readonly failure: MigrationFailure;
}

/** What is known of a target that could not be looked at. */
export function unseen(
  target: string,
  state: TargetState,
  reason: string,
  durationMs = 0,
): TargetOutcome {
  const nothing = { revision: null, behindBy: null, applied: [], failure: null };
  return { target, state, reason, durationMs, ...nothing };
}

/** Whether a person has to look at it. A target that is only behind is what a dry run shows. */
export function isTrouble({ state }: Pick<TargetOutcome, 'state'>): boolean {
  return !['up-to-date', 'done', 'behind'].includes(state);
}

type Seen = Pick<RunReport, 'statuses' | 'supersededBy' | 'heldByLint'>;

/** The state of a target's database after a run, or as it was found. */
export function outcomeOf(
  target: string,
  seen: Seen & Pick<RunReport, 'revision' | 'applied' | 'durationMs'>,
  options: VerdictOptions,
  known: string | null = null,
): TargetOutcome {
  const verdict = judgeRun(seen, options);
  const isUpToDate = verdict.kind === 'up-to-date';
  return {
    target,
    state: stateOf(verdict, seen.supersededBy !== null, seen.applied.length),
    revision: isUpToDate ? seen.revision : known,
    behindBy: isUpToDate ? 0 : seen.statuses.filter(isDue).length,
    reason: reasonOf(verdict, seen),
    applied: seen.applied.map(({ key }) => key),
    failure: firstFailure(seen.statuses),
    durationMs: seen.durationMs,
  };
}

function stateOf(verdict: Verdict, isSuperseded: boolean, applied: number): TargetState {
  if (verdict.kind === 'up-to-date') return applied > 0 ? 'done' : 'up-to-date';
  if (isSuperseded) return 'superseded';
  return verdict.kind === 'behind' && verdict.failing ? 'failed' : 'behind';
}

function reasonOf(verdict: Verdict, { supersededBy }: Seen): string | null {
  if (verdict.kind === 'no-migrations') return 'no migrations found';
  if (verdict.kind === 'up-to-date') return null;
  if (supersededBy === null) return verdict.reason;
  return `${supersededBy.by} has wanted revision ${short(supersededBy.revision)} since ${supersededBy.since}`;
}

function isDue({ state }: MigrationStanding): boolean {
  return state !== 'applied' && state !== 'missing';
}

function firstFailure(statuses: readonly MigrationStanding[]): FailedFile | null {
  for (const { key, path, filename, state, failure } of statuses) {
    if (state === 'failed' && failure !== null) return { key, path: path ?? filename, failure };
  }
  return null;
}
