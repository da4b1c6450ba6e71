import { DatabaseMissing } from '../../core/errors.js';
import type { DriftReport } from '../../core/drift/drift-report.js';
import type { TargetDrift } from '../../core/fleet/drift/target-drift.js';
import { nothing } from '../drift.js';
import type { FleetTarget } from './fleet-ports.js';
import type { Unseen } from './look-at-each.js';

/** The result of a look that succeeded. */
export type SeenDrift = Pick<TargetDrift, 'print'> & { readonly report: DriftReport };

/** A database that does not exist is an answer. */
export async function driftIfThere(
  { name }: FleetTarget,
  look: () => Promise<SeenDrift>,
): Promise<Omit<TargetDrift, 'durationMs'>> {
  const { report, print } = await look().catch((error: unknown) => {
    if (!(error instanceof DatabaseMissing)) throw error;
    return { report: nothing('no database', name), print: null };
  });
  return { target: name, verdict: report.verdict, reason: null, print, report };
}

export function unseenDrift(
  target: string,
  { state, reason }: Unseen,
  durationMs: number,
): TargetDrift {
  return { target, verdict: verdicts[state], reason, print: null, report: null, durationMs };
}

/** A look takes no lock, so it never waits for one. */
const verdicts = {
  'not-begun': 'not begun',
  interrupted: 'interrupted',
  refused: 'refused',
  locked: 'away',
  away: 'away',
} as const;
