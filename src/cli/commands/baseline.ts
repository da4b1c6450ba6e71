import { openSource, openSqlReader, withDatabase } from '../compose.js';
import { resolveCatalog, resolveLastKey, resolveSource } from '../config/resolve-migrations.js';
import { resolveServer } from '../config/server/resolve-server.js';
import { options } from '../config/table/options.js';
import type { Scope } from '../config/table/scope.js';
import { exitCodes } from '../process/exit-codes.js';
import { systemClock } from '../process/machine.js';
import { type Command, type CommandContext, openKeeper, runCommand } from './run-command.js';

type Config = Awaited<ReturnType<typeof configure>>;

export const baseline: Command<'baseline', Config> = {
  name: 'baseline',
  summary: 'mark migrations as applied without running them',
  options: [
    ...Object.values(options.connection),
    ...Object.values(options.source),
    options.applying.allowEmpty,
    options.applying.lockWait,
    options.applying.onPooler,
    ...Object.values(options.drift),
    options.applying.dryRun,
    options.applying.to,
    ...Object.values(options.output),
  ],
  result: 'log',
  daemon: false,
  configure,
  run: (line) => runCommand(baseline, line, mark),
};

async function configure(scope: Scope) {
  const source = await resolveSource(scope);
  return {
    ...(await resolveServer(scope)),
    source,
    catalog: resolveCatalog(scope),
    onPooler: scope.read(options.applying.onPooler),
    lockWaitMs: scope.read(options.applying.lockWait),
    dryRun: scope.read(options.applying.dryRun),
    to: resolveLastKey(scope, source.schemas),
  };
}

async function mark({ config, emit, stop }: CommandContext<Config>): Promise<number> {
  const operations = await import('../../operations/baseline.js');
  const { onPooler, lockWaitMs, waitTimeoutMs, dryRun, to } = config;
  const { schemas, reason } = config.source;
  const source = openSource(config.source, config.historySchema);
  emit({ kind: 'source-chosen', directory: source.directory, reason });
  return withDatabase(config, emit, async (database) => {
    const sqlReader = await openSqlReader();
    const keeping = { database, clock: systemClock, emit, sqlReader };
    const keeper = await openKeeper(keeping, config.catalog);
    const keys = await operations.baseline(
      { source, database, clock: systemClock, emit, stop },
      { schemas, onPooler, lockWaitMs, waitTimeoutMs, dryRun, to, keeper },
    );
    emit({ kind: dryRun ? 'dry-baseline-finished' : 'baseline-finished', keys });
    await keeper?.afterRun(stop.soon);
    return exitCodes.fine;
  });
}
