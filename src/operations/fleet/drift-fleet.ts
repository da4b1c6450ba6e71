import type { DriftLook } from '../../core/drift/drift.js';
import { fingerprintSeen } from '../../core/fleet/drift/fingerprints.js';
import type { FleetDriftReport, TargetDrift } from '../../core/fleet/drift/target-drift.js';
import { reportOn } from '../drift.js';
import { lookAtDrift } from '../drift/look.js';
import type { FleetTarget } from './fleet-ports.js';
import { lookAtEach, type LookBy, type LookLimits, type LookPorts } from './look-at-each.js';
import { driftIfThere, unseenDrift } from './seen-drift.js';

export interface DriftFleetOptions extends LookLimits {
  /** Patterns of schemas and objects to leave out. */
  readonly ignored: readonly string[];
}

/** Compares each target with what its last settled run left, as `drift` does. Takes no lock and writes nothing. */
export async function driftOfFleet(
  ports: LookPorts,
  targets: readonly FleetTarget[],
  { limits, waitTimeoutMs, ignored }: DriftFleetOptions,
): Promise<FleetDriftReport> {
  const { clock } = ports;
  const started = clock.now();
  const { outcomes, stopped } = await lookAtEach<TargetDrift>(ports, targets, {
    limits,
    waitTimeoutMs,
    look: async (target, by) => ({
      ...(await driftIfThere(target, () => seen(target, by, ignored))),
      durationMs: clock.now() - by.started,
    }),
    unseen: unseenDrift,
  });
  return { files: null, targets: outcomes, stopped, durationMs: clock.now() - started };
}

async function seen(target: FleetTarget, { database, sight }: LookBy, ignored: readonly string[]) {
  const session = await database.connect();
  try {
    await sight.admit(target, session);
    return found(target, await lookAtDrift(session, { ignored }));
  } finally {
    await session.close();
  }
}

function found({ name }: FleetTarget, look: DriftLook) {
  const report = reportOn(look, name, []);
  return { report, print: look.kind === 'compared' ? fingerprintSeen(look) : null };
}
