import type { Emit } from '../../core/events.js';
import { adapters } from '../../library/open/adapters.js';
import { isMounted } from '../../library/open/daemon.js';
import type { SourceConfig } from '../../library/open/source-config.js';
import type { Watch } from '../../operations/watch/watch.js';
import { resolveDriftWatch, resolveHealth } from '../config/resolve-health.js';
import {
  resolveApply,
  resolveCatalog,
  resolveServer,
  resolveSource,
} from '../config/resolve-run.js';
import { options } from '../config/table/options.js';
import type { Scope } from '../config/table/scope.js';
import { onHangUp } from '../process/stop.js';
import type { Subject } from './answers.js';
import { type DaemonContext, runDaemon } from './daemon.js';
import { type Command, runCommand } from './run-command.js';

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
  const { config, emit, stop, database } = context;
  const library = await import('../../library/work/watch.js');
  await library.watch(config, { emit, stop, database, onLoop: (loop) => follow(loop, context) });
}

/** Lets the probes know of the loop, and a SIGHUP. Returns what ends the latter. */
function follow(loop: Watch, context: DaemonContext<Config>): () => void {
  const { config, emit, answers, address } = context;
  answers.begin(subjectOf(loop, context));
  let runs = 0;
  loop.onRun(() => {
    answers.forget();
    runs += 1;
    if (runs === 1) void tellWatching(config.source, address, emit);
  });
  return onHangUp(() => {
    emit({ kind: 'note', message: 'SIGHUP: reading the files and trying again what failed' });
    loop.tryNow();
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
