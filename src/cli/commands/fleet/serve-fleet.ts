import { ConfigurationError } from '../../../core/errors.js';
import type { FleetReport } from '../../../core/fleet/fleet-report.js';
import { type Beats, patience, pulse } from '../../../core/watch/heartbeat.js';
import { fleetHealth, type FleetView } from '../../../core/watch/fleet-view.js';
import { type Health, notReady } from '../../../core/watch/readiness.js';
import { openSource, packageVersion, systemClock as clock } from '../../../library/open/compose.js';
import { openHealthServer, openMetrics } from '../../../library/open/daemon.js';
import type { FleetWatch } from '../../../operations/fleet/watch-fleet.js';
import { resolveHealth } from '../../config/resolve-health.js';
import { resolveSource } from '../../config/resolve-run.js';
import { options } from '../../config/table/options.js';
import { Scope } from '../../config/table/scope.js';
import { exitCodes } from '../../process/exit-codes.js';
import { exitCodeOfSignal } from '../../process/stop.js';
import type { CommandContext } from '../run-command.js';
import { openerOf } from './reached.js';
import { configureFleet, findTargets, lookingOptions } from './targets.js';

/** The options of `serve-health` for many databases instead of one. */
export const serveFleetOptions = [...lookingOptions, options.health.fleetInterval] as const;

export function asksForFleet(scope: Scope): boolean {
  const { targets, targetsQuery } = options.fleet;
  return scope.given(targets) !== null || scope.given(targetsQuery) !== null;
}

type ServeFleetConfig = Awaited<ReturnType<typeof configureServeFleet>>;

export async function configureServeFleet(scope: Scope) {
  const readiness = scope.given(options.health.readiness);
  if (readiness !== null) {
    const why = 'with many databases ready means that pgm can look at them; leave it out';
    scope.problems.add(`${readiness.origin} has no use beside --targets: ${why}`);
  }
  await configureFleet(scope);
  return {
    kind: 'fleet' as const,
    /** Reads the list again: it may have changed. */
    fleet: () => againBy(scope),
    source: await resolveSource(scope),
    onChange: scope.read(options.applying.onChange),
    health: resolveHealth(scope),
    everyMs: scope.read(options.health.fleetInterval),
    waitTimeoutMs: waitFor(scope),
  };
}

/** An unreachable target is looked at again next time: one must not hold up the others. */
function waitFor(scope: Scope): number {
  const given = scope.given(options.connection.waitTimeout);
  if (given === null) return usualWaitMs;
  const waitMs = scope.read(options.connection.waitTimeout);
  if (waitMs !== null && waitMs <= mostWaitMs) return waitMs;
  scope.problems.add(
    `${given.origin} is ${given.text}: beside --targets use at most 30s, as an unreachable target is looked at again anyway`,
  );
  return usualWaitMs;
}

const usualWaitMs = 5_000;
const mostWaitMs = 30_000;

/** Throws `ConfigurationError`. */
async function againBy({ request }: Scope) {
  const scope = new Scope(request);
  const fleet = await configureFleet(scope);
  if (scope.problems.size > 0) throw new ConfigurationError([...scope.problems]);
  return fleet;
}

/** Probes, metrics and page from the last look at all targets; no request waits for a database. */
export async function serveFleet(context: CommandContext<ServeFleetConfig>): Promise<number> {
  const { FleetWatch } = await import('../../../operations/fleet/watch-fleet.js');
  const { config, emit, stop } = context;
  const { source, everyMs } = config;
  const look = (beat: () => void) => lookAtAll(context, beat);
  const watch = new FleetWatch({ clock, emit, look }, everyMs);
  const eventLoop = { at: clock.now() };
  const beating = setInterval(() => {
    eventLoop.at = clock.now();
  }, 1_000).unref();
  const answers = await answersOf(context, watch, () => ({
    event: eventLoop.at,
    reconcile: watch.beatAt,
  }));
  const server = await openHealthServer(
    Object.assign(answers, { ...config.health, owner: 'pgm serve-health' }),
    emit,
  );
  try {
    emit({ kind: 'health-listening', address: server.address });
    emit({ kind: 'source-chosen', directory: source.directory, reason: source.reason });
    await watch.run(stop.soon);
  } finally {
    clearInterval(beating);
    await server.close();
  }
  return stop.signal() === 'SIGTERM' ? exitCodes.fine : exitCodeOfSignal(stop.signal());
}

/** What the health server calls. */
async function answersOf(
  { config, stop }: CommandContext<ServeFleetConfig>,
  watch: FleetWatch,
  beats: () => Beats,
) {
  const { labels, source, everyMs } = config;
  const { directory, origin } = source;
  const check = (wanted: string | null): Promise<Health> =>
    Promise.resolve(
      stop.soon.aborted ? notReady('stopping', 'unknown', null) : fleetHealth(watch, wanted),
    );
  const metrics = await openMetrics({
    role: 'fleet',
    labels,
    clock,
    beats,
    drift: () => null,
    fleet: () => watch,
    sight: () => Promise.resolve(null),
    health: () => check(null),
  });
  const view = async (): Promise<FleetView> => ({
    kind: 'fleet',
    version: packageVersion(),
    at: clock.wallMs(),
    labels,
    health: await check(null),
    source: { directory, origin },
    everyMs,
    seen: watch.seen,
    problem: watch.problem,
  });
  return {
    check,
    view,
    metrics: () => metrics.text(),
    pulse: () => pulse(beats(), clock.now(), patience(everyMs)),
  };
}

async function lookAtAll(
  { config, stop }: CommandContext<ServeFleetConfig>,
  beat: () => void,
): Promise<FleetReport> {
  const { statusOfFleet } = await import('../../../operations/fleet/status-fleet.js');
  const { source: chosen, onChange, waitTimeoutMs } = config;
  const fleet = await config.fleet();
  const { historySchema, parallel, perServer } = fleet;
  const targets = await findTargets({ ...fleet, waitTimeoutMs }, { emit: beat, stop });
  const source = openSource(chosen, historySchema);
  const open = openerOf(targets, historySchema);
  return statusOfFleet({ source, clock, emit: beat, stop, open }, targets, {
    limits: { parallel, perServer },
    schemas: chosen.schemas,
    allowEmpty: chosen.allowEmpty,
    onChange,
    waitTimeoutMs,
  });
}
