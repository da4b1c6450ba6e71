import { DatabaseMissing } from '../../core/errors.js';
import type { FleetReport } from '../../core/fleet/fleet-report.js';
import { revisionInFull } from '../../core/fleet/fleet-report.js';
import { outcomeOf, type TargetOutcome, unseen } from '../../core/fleet/outcome.js';
import type { Snapshot } from '../../core/files/migration.js';
import type { Session } from '../../core/ports.js';
import { compare } from '../../core/run/compare.js';
import { emptyHistory } from '../../core/run/history.js';
import { standingSeen } from '../../core/run/intents.js';
import type { VerdictOptions } from '../../core/run/report.js';
import { askedAhead, assess } from '../run/assess.js';
import type { FleetPorts, FleetTarget } from './fleet-ports.js';
import { lookAtEach, type LookBy, type LookLimits } from './look-at-each.js';

interface StatusFleetOptions extends VerdictOptions, LookLimits {
  readonly schemas: readonly string[] | null;
}

type StatusFleetPorts = Omit<FleetPorts, 'sqlReader'>;

/** Compares the source with the history of each target. Read-only: creates nothing, takes no lock. */
export async function statusOfFleet(
  ports: StatusFleetPorts,
  targets: readonly FleetTarget[],
  options: StatusFleetOptions,
): Promise<FleetReport> {
  const { source, clock } = ports;
  const started = clock.now();
  const snapshot = await source.read();
  const { outcomes, stopped } = await lookAtEach<TargetOutcome>(ports, targets, {
    limits: options.limits,
    waitTimeoutMs: options.waitTimeoutMs,
    look: (target, by) => seen(target, by, { snapshot, ports, options }),
    unseen: (target, { state, reason }, durationMs) => unseen(target, state, reason, durationMs),
  });
  const { revision, generation, migrations } = snapshot;
  return {
    revision,
    generation,
    files: migrations.length,
    waves: [{ name: 'all', outcomes }],
    stopped,
    durationMs: clock.now() - started,
  };
}

interface Looking {
  readonly snapshot: Snapshot;
  readonly ports: Pick<StatusFleetPorts, 'clock'>;
  readonly options: StatusFleetOptions;
}

async function seen(
  target: FleetTarget,
  { database, sight, started }: LookBy,
  { snapshot, ports, options }: Looking,
): Promise<TargetOutcome> {
  const { schemas, onChange } = options;
  let session: Session;
  try {
    session = await database.connect(askedAhead(snapshot, { detailed: false, schemas }));
  } catch (error) {
    if (!(error instanceof DatabaseMissing)) throw error;
    const statuses = compare(snapshot, emptyHistory, schemas);
    const durationMs = ports.clock.now() - started;
    const found = { statuses, ...untouched(snapshot), durationMs };
    return { ...outcomeOf(target.name, found, options), reason: 'its database does not exist yet' };
  }
  try {
    await sight.admit(target, session);
    const policy = { onFailure: 'continue' as const, onChange, to: null };
    const { statuses } = await assess(session, snapshot, { policy, schemas, detailed: false });
    const known = session.intents()?.known ?? [];
    const standing = standingSeen({ revision: snapshot.revision, schemas }, { known });
    const supersededBy = standing?.kind === 'superseded' ? standing.by : null;
    const durationMs = ports.clock.now() - started;
    const found = { statuses, ...untouched(snapshot), supersededBy, durationMs };
    return outcomeOf(target.name, found, options, revisionInFull(known));
  } finally {
    await session.close();
  }
}

/** Nothing was run. */
function untouched({ revision }: Snapshot) {
  return { revision, applied: [], supersededBy: null, heldByLint: null };
}
