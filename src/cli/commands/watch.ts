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
  const { config, emit } = context;
  const library = await import('../../library/work/watch.js');
  await library.watchServed(config, context, (loop) =>
    onHangUp(() => {
      emit({ kind: 'note', message: 'SIGHUP: reading the files and trying again what failed' });
      loop.tryNow();
    }),
  );
}
