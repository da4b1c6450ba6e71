import { digestOfDrift } from '../../drift/drift-seen.js';
import type { DriftReport, DriftVerdict, FilesCompared } from '../../drift/drift-report.js';
import { alikeBy } from '../alike.js';
import { grouped } from '../../text/words.js';

/** What a look at one target found; the last four: nobody could look. */
export type TargetVerdict = DriftVerdict | 'refused' | 'away' | 'interrupted' | 'not begun';

export interface TargetDrift {
  readonly target: string;
  readonly verdict: TargetVerdict;
  /** Why nobody could look, in one line; null if somebody did. */
  readonly reason: string | null;
  /** Null where nobody has read what is there. */
  readonly print: Fingerprint | null;
  /** Null where nobody could look. */
  readonly report: DriftReport | null;
  readonly durationMs: number;
}

/** What is in a database, in one word. */
export interface Fingerprint {
  /** Of what is there, without what is ignored: equal for databases in which the same is. */
  readonly fingerprint: string;
  /** Major version of PostgreSQL. */
  readonly postgres: number;
}

/** What became of a look at many databases. */
export interface FleetDriftReport {
  /** The files that all were compared with; null where it was what the last run of each one left. */
  readonly files: FilesCompared | null;
  /** In the order of the list. */
  readonly targets: readonly TargetDrift[];
  /** Why something was not begun; null if everything was. */
  readonly stopped: string | null;
  readonly durationMs: number;
}

/** Whether each target is what it is compared with. */
export function isInStep(targets: readonly Pick<TargetDrift, 'verdict'>[]): boolean {
  return targets.every(({ verdict }) => verdict === 'in step');
}

/** In the order in which a summary lists them, as a person reads them behind a number of targets. */
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

/** Targets of which the same is to be told. */
export function alikeInDrift(targets: readonly TargetDrift[]): readonly (readonly TargetDrift[])[] {
  return alikeBy(targets, ({ verdict, reason, report }) =>
    JSON.stringify([verdict, reason, report && [digestOfDrift(report.items), report.notYet]]),
  );
}
