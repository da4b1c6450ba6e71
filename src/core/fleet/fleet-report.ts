import { count, grouped, short } from '../text/words.js';
import { isTrouble, type TargetOutcome, type TargetState, targetStates } from './outcome.js';

/** The result of a run over a fleet, or of looking at it. */
export interface FleetReport {
  readonly revision: string;
  readonly generation: string | null;
  /** Files of the source. */
  readonly files: number;
  readonly waves: readonly WaveReport[];
  /** Why some targets were not begun; null if all were. */
  readonly stopped: string | null;
  readonly durationMs: number;
}

export interface WaveReport {
  readonly name: string;
  /** In the order of the list. */
  readonly outcomes: readonly TargetOutcome[];
}

/** All targets, wave by wave. */
export function outcomesOf({ waves }: Pick<FleetReport, 'waves'>): readonly TargetOutcome[] {
  return waves.flatMap(({ outcomes }) => outcomes);
}

/** Targets in the same state. */
export interface TargetGroup {
  /** A target on which this run applied something also counts as up to date. */
  readonly state: TargetState;
  readonly revision: string | null;
  readonly targets: number;
  /** How many files are due, at least and at most; null if the look was not possible. */
  readonly behindBy: { readonly least: number; readonly most: number } | null;
}

/** Up to date and behind by revision, the rest by state: most of a fleet fits on one line. */
export function groupsOf(outcomes: readonly TargetOutcome[]): readonly TargetGroup[] {
  const groups = new Map<string, TargetOutcome[]>();
  for (const outcome of outcomes) {
    const { state, revision } = grouping(outcome);
    const name = `${state} ${revision ?? ''}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [outcome]);
    else group.push(outcome);
  }
  return [...groups.values()].map(groupOf).sort(byState);
}

function grouping(outcome: TargetOutcome): Pick<TargetGroup, 'state' | 'revision'> {
  const state = outcome.state === 'done' ? 'up-to-date' : outcome.state;
  const isOfRevision = state === 'up-to-date' || state === 'behind';
  return { state, revision: isOfRevision ? outcome.revision : null };
}

function groupOf(outcomes: readonly TargetOutcome[]): TargetGroup {
  const due = outcomes.flatMap(({ behindBy }) => (behindBy === null ? [] : [behindBy]));
  const [first] = outcomes as [TargetOutcome];
  return {
    ...grouping(first),
    targets: outcomes.length,
    behindBy:
      due.length === 0
        ? null
        : {
            least: due.reduce((a, b) => Math.min(a, b)),
            most: due.reduce((a, b) => Math.max(a, b)),
          },
  };
}

function byState(a: TargetGroup, b: TargetGroup): number {
  const rank = targetStates.indexOf(a.state) - targetStates.indexOf(b.state);
  return rank === 0 ? b.targets - a.targets : rank;
}

/** `978 at 4f1c…, 20 at 37d0… (behind by 2), 2 failed, 1 away`; of many revisions only the most frequent ones. */
export function summaryOf(outcomes: readonly TargetOutcome[]): string {
  if (outcomes.length === 0) return 'no targets';
  const groups = groupsOf(outcomes);
  const behind = groups.filter(({ state, revision }) => state === 'behind' && revision !== null);
  // One other is named: that is no longer than to count it.
  const others = behind.length > mostRevisions + 1 ? behind.slice(mostRevisions) : [];
  return groups
    .flatMap((group) => {
      if (group === others[0]) return othersInWords(others);
      return others.includes(group) ? [] : groupInWords(group);
    })
    .join(', ');
}

const mostRevisions = 5;

/** `540 at 24 other revisions (behind by 6 to 29)` */
function othersInWords(groups: readonly TargetGroup[]): string {
  const targets = groups.reduce((sum, group) => sum + group.targets, 0);
  const due = groups.flatMap(({ behindBy }) => behindBy ?? []);
  const least = due.reduce((a, b) => Math.min(a, b.least), Infinity);
  const most = due.reduce((a, b) => Math.max(a, b.most), 0);
  const behindBy = rangeInWords({ least, most });
  return `${grouped(targets)} at ${grouped(groups.length)} other revisions (behind by ${behindBy})`;
}

function groupInWords({ state, revision, targets, behindBy }: TargetGroup): string {
  const at = revision === null ? '' : ` at ${short(revision)}`;
  const many = grouped(targets);
  if (state === 'up-to-date') return `${many}${at}`;
  if (state !== 'behind') return `${many} ${stateWords[state]}`;
  const due = behindBy === null ? '' : ` (behind by ${rangeInWords(behindBy)})`;
  return `${many}${at === '' ? ' without a whole revision' : at}${due}`;
}

/** `2`, or `2 to 5`. */
export function rangeInWords({
  least,
  most,
}: {
  readonly least: number;
  readonly most: number;
}): string {
  return least === most ? grouped(least) : `${grouped(least)} to ${grouped(most)}`;
}

/** The states as a person reads them. */
export const stateWords: Readonly<Record<TargetState, string>> = {
  'up-to-date': 'up to date',
  done: 'done',
  behind: 'behind',
  failed: 'failed',
  superseded: 'superseded',
  refused: 'refused',
  locked: 'locked',
  away: 'away',
  interrupted: 'interrupted',
  'not-begun': 'not begun',
};

/** What is wrong with a fleet as a whole: a state if all trouble is of that kind, else `failed`. */
export function troubleOf({
  waves,
  stopped,
}: Pick<FleetReport, 'waves' | 'stopped'>): 'none' | 'failed' | 'refused' | 'locked' | 'away' {
  const states = new Set(
    outcomesOf({ waves })
      .filter((outcome) => isTrouble(outcome) && outcome.state !== 'not-begun')
      .map(({ state }) => state),
  );
  const [only = null] = states;
  if (only === null) return stopped === null ? 'none' : 'failed';
  const isOne = states.size === 1 && (only === 'refused' || only === 'locked' || only === 'away');
  return isOne ? only : 'failed';
}

/** Whether a target lacks something because the run was stopped. */
export function isCutShort(report: Pick<FleetReport, 'waves' | 'stopped'>): boolean {
  const states = outcomesOf(report).map(({ state }) => state);
  return report.stopped !== null || states.includes('interrupted') || states.includes('not-begun');
}

/** Whether every target has every file. */
export function isUpToDate(outcomes: readonly TargetOutcome[]): boolean {
  return outcomes.every(({ state }) => state === 'up-to-date' || state === 'done');
}

/** `42 files, 1,000 targets` */
export function sizeInWords({ files, waves }: FleetReport): string {
  return `${count(files, 'file')}, ${count(outcomesOf({ waves }).length, 'target')}`;
}

/** The newest revision that the history knows to have been applied there in full; null if there is none. */
export function revisionInFull(
  known: readonly { readonly revision: string; readonly inFull: boolean }[],
): string | null {
  return known.find(({ inFull }) => inFull)?.revision ?? null;
}
