import type { FleetProgress } from '../../core/events.js';
import type { FleetReport, WaveReport } from '../../core/fleet/fleet-report.js';
import { isTrouble, type TargetOutcome, unseen } from '../../core/fleet/outcome.js';
import { afterWave, type Limits } from '../../core/fleet/schedule.js';
import type { Wave } from '../../core/fleet/waves.js';
import type { Clock } from '../../core/ports.js';
import { resolveTo } from '../migrate.js';
import type { FleetPorts, FleetTarget, PlannedFleet } from './fleet-ports.js';
import { type Shared, TargetRun } from './migrate-target.js';
import { Taking } from './run-wave.js';
import { sharing } from './sharing.js';
import { Sight } from './sight.js';

interface MigrateFleetPorts extends FleetPorts, Pick<Shared, 'keeperOf'> {
  /** Called before each wave but the first, and during a long pause: why that wave must not begin; null if it may. */
  readonly check: ((wave: string) => Promise<string | null>) | null;
}

interface MigrateFleetOptions {
  readonly limits: Limits;
  /** Milliseconds between two waves. */
  readonly pauseMs: number;
  readonly run: Shared['options'];
}

/**
 * Reads the source once and applies it to each target, wave by wave. A failure at one target stops no other of its wave,
 * unless there are more than `limits.maxFailed`. Throws `SourceMissing`, `ConfigurationError`.
 */
export async function migrateFleet(
  ports: MigrateFleetPorts,
  fleet: PlannedFleet,
  options: MigrateFleetOptions,
): Promise<FleetReport> {
  const { source, clock, emit } = ports;
  const started = clock.now();
  const snapshot = await source.read();
  emit({ kind: 'source-read', directory: source.directory, snapshot });
  if (snapshot.migrations.length + snapshot.refused.length === 0 && !options.run.allowEmpty) {
    emit({ kind: 'warning', message: 'no migrations found: nothing is applied anywhere' });
  }
  const to = resolveTo(snapshot, options.run.policy.to);
  const run = { ...options.run, policy: { ...options.run.policy, to } };
  const read = { snapshot, readAt: clock.now() };
  const taking = openTaking(read, ports, { fleet, options: { ...options, run } });
  const sizes = fleet.map(({ name, targets }) => ({ name, targets: targets.length }));
  emit({ kind: 'fleet-planned', targets: taking.of, waves: sizes });
  const over = new AbortController();
  void tellEachMinute(clock, over.signal, () => {
    emit({ kind: 'fleet-progress', ...progressOf(taking) });
  });
  try {
    await takeWaves(fleet, taking, { ports, options });
  } finally {
    over.abort();
  }
  const { revision, generation, migrations } = snapshot;
  const waves = fleet.map((wave) => waveReport(wave, taking.outcomes));
  const stopped = taking.stopped;
  const durationMs = clock.now() - started;
  return { revision, generation, files: migrations.length, waves, stopped, durationMs };
}

function openTaking(
  read: Pick<Shared, 'snapshot' | 'readAt'>,
  ports: MigrateFleetPorts,
  { fleet, options }: { readonly fleet: PlannedFleet; readonly options: MigrateFleetOptions },
): Taking<TargetOutcome> {
  const { clock, emit, stop, keeperOf } = ports;
  const sight = new Sight();
  const sqlReader = sharing(ports.sqlReader);
  const shared = { ...read, sqlReader, clock, stop, sight, options: options.run, keeperOf };
  const of = fleet.reduce((sum, { targets }) => sum + targets.length, 0);
  return new Taking(of, {
    limits: options.limits,
    emit,
    stop,
    serverOf: (target) => sight.serverOf(target),
    attemptsAt: async (target) =>
      new TargetRun(target, await ports.open(target), shared, (event) => {
        emit({ kind: 'target-event', name: target.name, event });
      }),
    notBegun: (target, reason) => unseen(target, 'not-begun', reason),
    onEnd: (outcome) => {
      emit({ kind: 'target-finished', outcome });
      return isTrouble(outcome) && outcome.state !== 'not-begun';
    },
  });
}

async function takeWaves(
  fleet: PlannedFleet,
  taking: Taking<TargetOutcome>,
  { ports, options }: { readonly ports: MigrateFleetPorts; readonly options: MigrateFleetOptions },
): Promise<void> {
  let before: string | null = null;
  for (const { name, targets } of fleet) {
    if (before !== null && taking.stopping === null) {
      const reason =
        afterWave(before, taking, options.limits.maxFailed) ??
        (await between(name, ports, options.pauseMs));
      if (reason !== null) taking.halt(reason);
    }
    if (taking.stopping === null) {
      ports.emit({ kind: 'wave-started', wave: name, targets: targets.length });
    }
    await taking.take(targets);
    before = name;
  }
}

/** Runs the check now and then while it waits, and at the end; returns why the wave must not begin. */
async function between(
  wave: string,
  { clock, emit, stop, check }: MigrateFleetPorts,
  pauseMs: number,
): Promise<string | null> {
  if (pauseMs > 0) {
    emit({ kind: 'fleet-pausing', forMs: pauseMs, before: wave });
  }
  for (let leftMs = pauseMs; ;) {
    const waitMs = check === null ? leftMs : Math.min(leftMs, checkEveryMs);
    if (waitMs > 0) await clock.sleep(waitMs, stop.soon).catch(() => undefined);
    if (stop.soon.aborted) return null;
    leftMs -= waitMs;
    const reason = check === null ? null : await check(wave);
    if (reason !== null || leftMs <= 0) return reason;
  }
}

/** Milliseconds between two checks in a pause: a problem of a canary may show before the pause ends. */
const checkEveryMs = 30_000;

function waveReport(
  { name, targets }: Wave<FleetTarget>,
  outcomes: ReadonlyMap<string, TargetOutcome>,
): WaveReport {
  const own = targets.flatMap((target) => outcomes.get(target.name) ?? []);
  return { name, outcomes: own };
}

function progressOf({ outcomes, running, failed, of }: Taking<TargetOutcome>): FleetProgress {
  return {
    ended: outcomes.size,
    of,
    trouble: failed,
    running: [...running.keys()].map(({ name }) => name),
  };
}

async function tellEachMinute(clock: Clock, over: AbortSignal, tell: () => void): Promise<void> {
  for (;;) {
    const isOver = await clock.sleep(60_000, over).then(
      () => false,
      () => true,
    );
    if (isOver) return;
    tell();
  }
}
