import type { MadeByFiles } from '../../core/drift/against/against-files.js';
import { ignoring } from '../../core/drift/ignored.js';
import type { Snapshot } from '../../core/files/migration.js';
import { fingerprintIn } from '../../core/fleet/drift/fingerprints.js';
import type { FleetDriftReport, TargetDrift } from '../../core/fleet/drift/target-drift.js';
import type { Database } from '../../core/ports.js';
import type { LiveSchema } from '../../core/schema/parts/reading.js';
import { makeByFiles } from '../against/make-by-files.js';
import { readTarget } from '../against/read-target.js';
import { notYetIn, reportOf } from '../drift-of-files.js';
import type { VerifyPorts } from '../proof/proving.js';
import type { DriftFleetOptions } from './drift-fleet.js';
import type { FleetPorts, FleetTarget } from './fleet-ports.js';
import { lookAtEach, type LookBy, type LookPorts } from './look-at-each.js';
import { driftIfThere, type SeenDrift, unseenDrift } from './seen-drift.js';

interface VerifyFleetPorts extends LookPorts, VerifyPorts, Pick<FleetPorts, 'source'> {
  /** Opens what reads the catalog of a target. */
  readonly openLive: (target: FleetTarget) => Promise<LiveSchema>;
}

/**
 * Applies all files once to a throw-away database, and compares each target with what they make there, whatever its history
 * says. Writes nothing to a target. Throws `SourceMissing`, `FilesFailed`, and what goes wrong with the throw-away server.
 */
export async function verifyFleet(
  ports: VerifyFleetPorts,
  targets: readonly FleetTarget[],
  options: DriftFleetOptions,
): Promise<FleetDriftReport> {
  const { source, clock, emit } = ports;
  const started = clock.now();
  const snapshot = await source.read();
  emit({ kind: 'source-read', directory: source.directory, snapshot });
  const made = await makeByFiles(snapshot, ports, 'what the files make is not known');
  const { outcomes, stopped } = await lookAtEach<TargetDrift>(ports, targets, {
    limits: options.limits,
    waitTimeoutMs: options.waitTimeoutMs,
    look: async (target, by) => ({
      ...(await driftIfThere(target, () => seen(target, by, { ports, snapshot, made, options }))),
      durationMs: clock.now() - by.started,
    }),
    unseen: unseenDrift,
  });
  const { revision, migrations } = snapshot;
  const files = { revision, applied: migrations.length, serverVersion: made.serverVersion };
  return { files, targets: outcomes, stopped, durationMs: clock.now() - started };
}

interface Verifying {
  readonly ports: VerifyFleetPorts;
  readonly snapshot: Snapshot;
  readonly made: MadeByFiles;
  readonly options: DriftFleetOptions;
}

async function seen(
  target: FleetTarget,
  { database, sight }: LookBy,
  { ports, snapshot, made, options }: Verifying,
): Promise<SeenDrift> {
  const { clock, stop, emit } = ports;
  const { ignored } = options;
  const { history, reading } = await readTarget(
    {
      database: admitted(target, { database, sight }),
      live: await ports.openLive(target),
      clock,
      stop,
      emit: (event) => {
        // Waits are reported at the end.
        if (event.kind === 'warning') emit(event);
      },
    },
    { withinMs: options.waitTimeoutMs, ignored },
  );
  const { revision, migrations } = snapshot;
  const report = reportOf(made, reading, {
    target: target.name,
    ignored,
    files: { revision, applied: migrations.length },
    notYet: history.layout === null ? [] : notYetIn(snapshot, history),
  });
  const fingerprint = fingerprintIn(reading.catalog, ignoring(ignored));
  return { report, print: { fingerprint, postgres: reading.database.major } };
}

/** The database of a target under its name, which is refused if it was seen under another one. */
function admitted(
  target: FleetTarget,
  { database, sight }: Pick<LookBy, 'database' | 'sight'>,
): Pick<Database, 'target' | 'name' | 'connect' | 'breakOff'> {
  return {
    target: target.name,
    name: database.name,
    connect: async () => {
      const session = await database.connect();
      try {
        await sight.admit(target, session);
        return session;
      } catch (error) {
        await session.close();
        throw error;
      }
    },
    breakOff: () => {
      database.breakOff();
    },
  };
}
