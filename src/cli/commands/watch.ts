import type { Emit } from '../../core/events.js';
import { findSubPath, isMounted, openSource, openSourceWatch, openSqlReader } from '../compose.js';
import { resolveDriftWatch, resolveHealth } from '../config/resolve-health.js';
import {
  resolveApply,
  resolveCatalog,
  resolveSource,
  type SourceConfig,
} from '../config/resolve-migrations.js';
import { resolveServer } from '../config/server/resolve-server.js';
import { options } from '../config/table/options.js';
import type { Scope } from '../config/table/scope.js';
import { systemClock } from '../process/machine.js';
import { onHangUp } from '../process/stop.js';
import { type DaemonContext, runDaemon } from './daemon.js';
import { type Command, openKeeper, runCommand } from './run-command.js';

type Config = Awaited<ReturnType<typeof configure>>;

export const watch: Command<'watch', Config> = {
  name: 'watch',
  summary: 'serve the probes and apply files, now and whenever they change',
  options: [
    ...Object.values(options.connection),
    options.embedded.embedded,
    ...Object.values(options.source),
    options.applying.allowEmpty,
    options.applying.onFailure,
    options.applying.onChange,
    options.applying.lockTimeout,
    options.applying.lockWait,
    options.applying.restoreGrace,
    options.applying.onPooler,
    ...Object.values(options.drift),
    ...Object.values(options.health),
    ...Object.values(options.output),
  ],
  result: 'log',
  daemon: true,
  configure,
  run: (line) => runCommand(watch, line, (context) => runDaemon('watch', context, keepInStep)),
};

async function configure(scope: Scope) {
  const catalog = resolveCatalog(scope);
  return {
    ...(await resolveServer(scope)),
    source: await resolveSource(scope),
    apply: resolveApply(scope),
    catalog,
    drift: resolveDriftWatch(scope, catalog),
    health: resolveHealth(scope),
    restoreGraceMs: scope.read(options.applying.restoreGrace),
    graceMs: scope.read(options.health.grace),
    rescanIntervalMs: scope.read(options.health.rescanInterval),
  };
}

async function keepInStep(context: DaemonContext<Config>): Promise<void> {
  const { config, emit, stop, database, answers } = context;
  const sourceWatch = await openSourceWatch(config.source.directory, config.rescanIntervalMs, emit);
  const loop = await openLoop(context, sourceWatch);
  answers.begin({
    database,
    source: config.source,
    onChange: config.apply.onChange,
    readiness: config.health.readiness,
    snapshot: () => loop.followed.snapshot,
    activity: () => loop.activity,
    onLacking: () => {
      loop.catchUp();
    },
    onAnswered: () => {
      loop.serverAnswered();
    },
    onBack: () => {
      loop.tryNow();
    },
    ownIntent: () => loop.ownIntent,
    drift: () => loop.atRest.seen,
    stopping: () => stop.soon.aborted,
    beatAt: () => loop.beatAt,
  });
  let runs = 0;
  loop.onRun(() => {
    answers.forget();
    runs += 1;
    if (runs === 1) void tellWatching(config.source, context.address, emit);
  });
  const ignoreHangUps = onHangUp(() => {
    emit({ kind: 'note', message: 'SIGHUP: reading the files and trying again what failed' });
    loop.tryNow();
  });
  await loop.run().finally(() => {
    ignoreHangUps();
    return sourceWatch.close();
  });
}

async function openLoop(
  { config, database, emit, stop }: DaemonContext<Config>,
  sourceWatch: Awaited<ReturnType<typeof openSourceWatch>>,
) {
  const { Watch } = await import('../../operations/watch/watch.js');
  const { drift } = config;
  const { DriftWatch } = await import('../../operations/watch/drift-watch.js');
  const { schemas, allowEmpty } = config.source;
  const { onFailure, onChange, onPooler, lockTimeoutMs, lockWaitMs } = config.apply;
  const source = openSource(config.source, config.historySchema);
  const sqlReader = await openSqlReader();
  return new Watch(
    { source, sourceWatch, database, sqlReader, clock: systemClock, emit, stop },
    {
      policy: { onFailure, onChange, to: null },
      schemas,
      allowEmpty,
      onPooler,
      lockTimeoutMs,
      lockWaitMs,
      restoreGraceMs: config.restoreGraceMs,
      dryRun: false,
      detailed: false,
      keeper: await openKeeper({ database, clock: systemClock, emit }, config.catalog),
      driftWatch: drift && new DriftWatch({ database, clock: systemClock, emit, stop }, drift),
    },
  );
}

async function tellWatching(
  { directory }: SourceConfig,
  address: string,
  emit: Emit,
): Promise<void> {
  emit({ kind: 'watching', directory, mounted: await isMounted(directory), address });
  const part = await findSubPath(directory);
  if (part === null) return;
  emit({
    kind: 'warning',
    message:
      `${part} is mounted with subPath, and Kubernetes never updates such a mount: ` +
      'mount the whole ConfigMap as a directory',
  });
}
