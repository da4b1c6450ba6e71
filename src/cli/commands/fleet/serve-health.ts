import { openSource, systemClock } from '../../../library/open/compose.js';
import { openSourceWatch } from '../../../library/open/daemon.js';
import { resolveHealth } from '../../config/resolve-health.js';
import { resolveServer, resolveSource } from '../../config/resolve-run.js';
import { options } from '../../config/table/options.js';
import type { Scope } from '../../config/table/scope.js';
import { type DaemonContext, runDaemon } from '../daemon.js';
import { asksForFleet, configureServeFleet, serveFleet, serveFleetOptions } from './serve-fleet.js';
import { type Command, runCommand } from '../run-command.js';

type Config = Awaited<ReturnType<typeof configure>>;
type DatabaseConfig = Exclude<Config, { readonly kind: 'fleet' }>;

/** Serves only the probes, from the history that another process writes. */
export const serveHealth: Command<'serve-health', Config> = {
  name: 'serve-health',
  summary: 'serve the probes from the history, without applying anything',
  options: [
    ...Object.values(options.connection),
    ...Object.values(options.source),
    options.applying.allowEmpty,
    // The policy decides whether an edited migration still has to be applied.
    options.applying.onChange,
    options.health.healthPort,
    options.health.healthHost,
    options.health.readiness,
    options.health.exposeStatus,
    options.health.rescanInterval,
    ...serveFleetOptions,
    ...Object.values(options.output),
  ],
  result: 'log',
  daemon: true,
  configure,
  run: (line) =>
    runCommand(serveHealth, line, (context) => {
      const { config } = context;
      return config.kind === 'fleet'
        ? serveFleet({ ...context, config })
        : runDaemon('serve-health', { ...context, config }, follow);
    }),
};

async function configure(scope: Scope) {
  if (asksForFleet(scope)) return configureServeFleet(scope);
  return {
    kind: 'database' as const,
    ...(await resolveServer(scope)),
    source: await resolveSource(scope),
    onChange: scope.read(options.applying.onChange),
    health: resolveOwnHealth(scope),
    rescanIntervalMs: scope.read(options.health.rescanInterval),
  };
}

function resolveOwnHealth(scope: Scope) {
  const health = resolveHealth(scope);
  if (health.readiness === 'strict') {
    const origin = scope.originOf(options.health.readiness);
    scope.problems.add(
      `${origin} is strict, and only pgm watch looks for drift: use applied or once, or ask pgm watch`,
    );
  }
  return health;
}

/** Follows the source until `stop` fires, so that the health server has the newest snapshot. */
async function follow(context: DaemonContext<DatabaseConfig>): Promise<void> {
  const { FollowedSource } = await import('../../../operations/watch/follow-source.js');
  const operations = await import('../../../operations/serve-health.js');
  const { config, emit, stop, database, answers } = context;
  const { source, historySchema, onChange, health, rescanIntervalMs } = config;
  const followed = new FollowedSource(openSource(source, historySchema), emit);
  let beatAt = systemClock.now();
  answers.begin({
    database,
    source,
    onChange,
    readiness: health.readiness,
    snapshot: () => followed.snapshot,
    hasLooked: () => followed.hasLooked,
    activity: () => null,
    stopping: () => stop.soon.aborted,
    beatAt: () => beatAt,
  });
  const beat = (): void => {
    beatAt = systemClock.now();
  };
  const sourceWatch = await openSourceWatch(source.directory, rescanIntervalMs, emit);
  const serving = operations.serveHealth({ followed, sourceWatch, emit, beat }, stop.soon);
  await serving.finally(() => sourceWatch.close());
}
