import { digestOfDrift } from '../../drift/drift-seen.js';
import type { DriftReport, DriftVerdict, FilesCompared } from '../../drift/drift-report.js';
import { alikeBy } from '../alike.js';
import { grouped } from '../../text/words.js';

/** What a look at one target found; with the last four, the look was not possible. */
export type TargetVerdict = DriftVerdict | 'refused' | 'away' | 'interrupted' | 'not begun';

export interface TargetDrift {
  readonly target: string;
  readonly verdict: TargetVerdict;
  /** Why the look was not possible, in one line; null if it was. */
  readonly reason: string | null;
  /** Null if the objects were not read. */
  readonly print: Fingerprint | null;
  /** Null if the look was not possible. */
  readonly report: DriftReport | null;
  readonly durationMs: number;
}

/** What is in a database, in one value. */
export interface Fingerprint {
  /** Of all objects that are not ignored: equal for databases with the same objects. */
  readonly fingerprint: string;
  /** Major version of PostgreSQL. */
  readonly postgres: number;
}

/** The result of looking at many databases. */
export interface FleetDriftReport {
  /** The files that all were compared with; null if each was compared with what its last run left. */
  readonly files: FilesCompared | null;
  /** In the order of the list. */
  readonly targets: readonly TargetDrift[];
  /** Why some targets were not begun; null if all were. */
  readonly stopped: string | null;
  readonly durationMs: number;
}

/** Whether each target is what it is compared with. */
export function isInStep(targets: readonly Pick<TargetDrift, 'verdict'>[]): boolean {
  return targets.every(({ verdict }) => verdict === 'in step');
}

/** Whether a target was not looked at because the command was stopped. */
export function isCutShort(targets: readonly Pick<TargetDrift, 'verdict'>[]): boolean {
  return targets.some(({ verdict }) => verdict === 'interrupted' || verdict === 'not begun');
}

/** In the order in which a summary lists them, worded to follow a number of targets. */
export const verdictWords: Readonly<Record<TargetVerdict, string>> = {
  'in step': 'in step',
  drift: 'with drift',
  'no database': 'without a database',
  'no history': 'without a history',
  'no document': 'without a kept catalog',
  'not comparable': 'not comparable',
  refused: 'refused',
  away: 'away',
  interrupted: 'interrupted',
  'not begun': 'not begun',
};

/** `978 in step, 1 with drift, 1 away` */
export function driftSummary(targets: readonly Pick<TargetDrift, 'verdict'>[]): string {
  if (targets.length === 0) return 'no targets';
  return Object.entries(verdictWords)
    .flatMap(([verdict, words]) => {
      const own = targets.filter((target) => target.verdict === verdict).length;
      return own === 0 ? [] : [`${grouped(own)} ${words}`];
    })
    .join(', ');
}

/** Groups targets about which the same is reported. */
export function alikeInDrift(targets: readonly TargetDrift[]): readonly (readonly TargetDrift[])[] {
  return alikeBy(targets, ({ verdict, reason, report }) =>
    JSON.stringify([verdict, reason, report && [digestOfDrift(report.items), report.notYet]]),
  );
}
