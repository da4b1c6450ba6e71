import { openSource, withDatabase } from '../compose.js';
import { resolveCatalog, resolveLastKey, resolveSource } from '../config/resolve-migrations.js';
import { resolveServer } from '../config/server/resolve-server.js';
import { options } from '../config/table/options.js';
import type { Scope } from '../config/table/scope.js';
import { exitCodes } from '../process/exit-codes.js';
import { systemClock } from '../process/machine.js';
import {
  type Command,
  type CommandContext,
  jsonText,
  openKeeper,
  runCommand,
} from './run-command.js';

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
    options.applying.json,
    options.moving.tool,
    ...Object.values(options.takeover),
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
    json: scope.read(options.applying.json),
    takeover: resolveTakeover(scope),
  };
}

/** Null for a baseline that asks nobody. */
function resolveTakeover(scope: Scope) {
  const { fromHistory, toolTable, acceptEdited } = options.takeover;
  const only = [options.moving.tool, toolTable, acceptEdited, options.applying.to];
  const given = only.map((option) => scope.given(option)?.origin ?? null);
  const [tool, table, accept, to] = given;
  if (!scope.read(fromHistory)) {
    for (const origin of [tool, table, accept]) {
      if (origin !== null) scope.problems.add(`${origin} needs --from-history`);
    }
    return null;
  }
  if (to !== null) {
    scope.problems.add(
      `${to} and --from-history are both given: the table of the other tool says what is applied`,
    );
  }
  return {
    tool: scope.read(options.moving.tool),
    table: scope.read(toolTable),
    acceptEdited: scope.read(acceptEdited),
  };
}

async function mark({ config, emit, stop, print }: CommandContext<Config>): Promise<number> {
  const operations = await import('../../operations/baseline.js');
  const { onPooler, lockWaitMs, waitTimeoutMs, dryRun, to } = config;
  const { schemas, reason } = config.source;
  const source = openSource(config.source, config.historySchema);
  emit({ kind: 'source-chosen', directory: source.directory, reason });
  return withDatabase(config, emit, async (database) => {
    const keeper = await openKeeper({ database, clock: systemClock, emit }, config.catalog);
    const ports = { source, database, clock: systemClock, emit, stop };
    const settings = { schemas, onPooler, lockWaitMs, waitTimeoutMs, dryRun, keeper };
    const { takeover } = config;
    if (takeover !== null) {
      const { markFromHistory } = await import('./baseline-from-history.js');
      const exitCode = await markFromHistory(
        ports,
        Object.assign(settings, takeover),
        config.json ? print : null,
      );
      await keeper?.afterRun(stop.soon);
      return exitCode;
    }
    const keys = await operations.baseline(ports, { ...settings, to });
    emit({ kind: dryRun ? 'dry-baseline-finished' : 'baseline-finished', keys });
    if (config.json) print(jsonText({ dryRun, marked: keys }));
    await keeper?.afterRun(stop.soon);
    return exitCodes.fine;
  });
}
