import { DatabaseMissing } from '../../core/errors.js';
import type { Emit } from '../../core/events.js';
import type { FleetReport } from '../../core/fleet/fleet-report.js';
import { revisionInFull } from '../../core/fleet/fleet-report.js';
import { outcomeOf, type TargetOutcome } from '../../core/fleet/outcome.js';
import type { Limits } from '../../core/fleet/schedule.js';
import type { Snapshot } from '../../core/files/migration.js';
import type { Database, Session } from '../../core/ports.js';
import { compare } from '../../core/run/compare.js';
import { emptyHistory } from '../../core/run/history.js';
import { standingSeen } from '../../core/run/intents.js';
import type { VerdictOptions } from '../../core/run/report.js';
import { askedAhead, assess } from '../run/assess.js';
import { retryTransient } from '../run/retry-transient.js';
import type { FleetPorts, FleetTarget } from './fleet-ports.js';
import { troubleBy } from './in-trouble.js';
import { Taking } from './run-wave.js';
import { Sight } from './sight.js';

export interface StatusFleetOptions extends VerdictOptions {
  readonly limits: Omit<Limits, 'maxFailed'>;
  readonly schemas: readonly string[] | null;
  /** Milliseconds to wait for each target; null waits forever. */
  readonly waitTimeoutMs: number | null;
}

type StatusFleetPorts = Omit<FleetPorts, 'sqlReader'>;

/** Compares the source with the history of each target. Read-only: creates nothing, takes no lock. */
export async function statusOfFleet(
  ports: StatusFleetPorts,
  targets: readonly FleetTarget[],
  options: StatusFleetOptions,
): Promise<FleetReport> {
  const { source, clock, emit, stop } = ports;
  const started = clock.now();
  const snapshot = await source.read();
  const sight = new Sight();
  // Each target is in the report; a line for each as well would be a second table.
  const tell: Emit = (event) => {
    if (event.kind === 'fleet-stopped') emit(event);
  };
  const taking = new Taking(targets.length, {
    limits: { ...options.limits, maxFailed: null },
    emit: tell,
    stop,
    serverOf: (target) => sight.serverOf(target),
    attemptsAt: async (target) => {
      const database = await ports.open(target);
      const look = () => lookAt(target, { database, snapshot, sight, ports, options });
      return { once: look, patiently: look };
    },
  });
  await taking.take(targets);
  const { revision, generation, migrations } = snapshot;
  const outcomes = targets.flatMap(({ name }) => taking.outcomes.get(name) ?? []);
  return {
    revision,
    generation,
    files: migrations.length,
    waves: [{ name: 'all', outcomes }],
    stopped: taking.stopped,
    durationMs: clock.now() - started,
  };
}

interface Looking {
  readonly database: Database;
  readonly snapshot: Snapshot;
  readonly sight: Sight;
  readonly ports: StatusFleetPorts;
  readonly options: StatusFleetOptions;
}

async function lookAt(target: FleetTarget, looking: Looking) {
  const { database, ports, options } = looking;
  const { clock, stop } = ports;
  const started = clock.now();
  // What is waited for is told at the end.
  const emit = (): void => undefined;
  const retry = { clock, emit, stop, database };
  try {
    const look = () => seen(target, looking, started);
    const outcome = await retryTransient(look, retry, options.waitTimeoutMs);
    return { kind: 'ended' as const, outcome };
  } catch (error) {
    const { state, reason } = troubleBy(error);
    const nothing = { revision: null, behindBy: null, applied: [], failure: null };
    const durationMs = clock.now() - started;
    const outcome: TargetOutcome = { ...nothing, target: target.name, state, reason, durationMs };
    return { kind: 'ended' as const, outcome };
  }
}

async function seen(
  target: FleetTarget,
  { database, snapshot, sight, ports, options }: Looking,
  started: number,
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

/** Nobody ran anything. */
function untouched({ revision }: Snapshot) {
  return { revision, applied: [], supersededBy: null, heldByLint: null };
}
