import { type TargetOutcome, unseen } from '../../src/core/fleet/outcome.js';
import type { FleetKnown } from '../../src/core/watch/fleet-view.js';

/** What a look found, by the name of the target. */
export function fleetKnown(
  found: Readonly<Record<string, Partial<TargetOutcome>>>,
  problem: string | null = null,
): FleetKnown {
  const outcomes = Object.entries(found).map(([target, outcome]) => {
    const { state = 'up-to-date' } = outcome;
    return Object.assign(unseen(target, state, ''), { reason: null }, outcome);
  });
  const report = {
    ...{ revision: 'a'.repeat(64), generation: null, files: 3, stopped: null, durationMs: 1_500 },
    waves: [{ name: 'all', outcomes }],
  };
  return { seen: { at: 1_000_000, report }, problem };
}
