import type { Emit } from '../../core/events.js';
import type { Gate, LintHold } from '../../core/run/lint-hold.js';
import { adapters, isMounted, openSource, openSourceWatch, openSqlReader } from '../compose.js';
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
import type { Watch } from '../../operations/watch/watch.js';
import type { Subject } from './answers.js';
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
    options.applying.lint,
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
    lint: scope.read(options.applying.lint),
    health: resolveHealth(scope),
    restoreGraceMs: scope.read(options.applying.restoreGrace),
    graceMs: scope.read(options.health.grace),
    rescanIntervalMs: scope.read(options.health.rescanInterval),
  };
}

async function keepInStep(context: DaemonContext<Config>): Promise<void> {
  const { config, emit, answers, address } = context;
  const { source, rescanIntervalMs } = config;
  const sourceWatch = await openSourceWatch(source.directory, rescanIntervalMs, emit);
  const loop = await openLoop(context, sourceWatch);
  answers.begin(subjectOf(loop, context));
  let runs = 0;
  loop.onRun(() => {
    answers.forget();
    runs += 1;
    if (runs === 1) void tellWatching(source, address, emit);
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

function subjectOf(loop: Watch, { config, database, stop }: DaemonContext<Config>): Subject {
  const { source, apply, health } = config;
  return {
    database,
    source,
    onChange: apply.onChange,
    readiness: health.readiness,
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
    heldByLint: () => loop.heldByLint,
    drift: () => loop.atRest.seen,
    stopping: () => stop.soon.aborted,
    beatAt: () => loop.beatAt,
  };
}

async function openLoop(
  { config, database, emit, stop }: DaemonContext<Config>,
  sourceWatch: Awaited<ReturnType<typeof openSourceWatch>>,
) {
  const operations = await import('../../operations/watch/watch.js');
  const { drift } = config;
  const { DriftWatch } = await import('../../operations/watch/drift-watch.js');
  const { schemas, allowEmpty } = config.source;
  const { onFailure, onChange, onPooler, lockTimeoutMs, lockWaitMs } = config.apply;
  const source = openSource(config.source, config.historySchema);
  const sqlReader = await openSqlReader();
  return new operations.Watch(
    { source, sourceWatch, database, sqlReader, clock: systemClock, emit, stop },
    {
      policy: { onFailure, onChange, to: null },
      schemas,
      allowEmpty,
      onPooler,
      lockTimeoutMs,
      lockWaitMs,
      gate: await gateOf(config, database.target, { emit, stop }),
      restoreGraceMs: config.restoreGraceMs,
      dryRun: false,
      detailed: false,
      keeper: await openKeeper({ database, clock: systemClock, emit, sqlReader }, config.catalog),
      driftWatch: drift && new DriftWatch({ database, clock: systemClock, emit, stop }, drift),
    },
  );
}

/** Loads the grammar and the rules only if somebody wants them. */
async function gateOf(
  { lint, source: { directory } }: Config,
  target: string,
  { emit, stop }: Pick<DaemonContext<Config>, 'emit' | 'stop'>,
): Promise<Gate | null> {
  if (lint === 'off') return null;
  const { openGate } = await import('./lint-gate.js');
  const onHeld = ({ revision, findings }: LintHold): void => {
    for (const finding of findings.slice(0, mostLogged)) {
      emit({ kind: 'lint-finding', revision, ...finding });
    }
  };
  return openGate(directory, { severity: lint, target }, { stop, onHeld });
}

/** How many there are is said with the verdict. */
const mostLogged = 50;

async function tellWatching(
  { directory }: SourceConfig,
  address: string,
  emit: Emit,
): Promise<void> {
  emit({ kind: 'watching', directory, mounted: await isMounted(directory), address });
  const part = (await adapters.subPath()).findSubPath(directory);
  if (part === null) return;
  emit({
    kind: 'warning',
    message:
      `${part} is mounted with subPath, and Kubernetes never updates such a mount: ` +
      'mount the whole ConfigMap as a directory',
  });
}
