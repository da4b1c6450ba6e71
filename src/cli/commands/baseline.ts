import {
  resolveCatalog,
  resolveLastKey,
  resolveServer,
  resolveSource,
} from '../config/resolve-run.js';
import { options } from '../config/table/options.js';
import type { Scope } from '../config/table/scope.js';
import { exitCodes } from '../process/exit-codes.js';
import { jsonText } from '../render/words/layout.js';
import { type Command, type CommandContext, runCommand } from './run-command.js';

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

/** Null for a baseline without `--from-history`. */
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
  const library = await import('../../library/work/baseline.js');
  const { takeover, json, dryRun } = config;
  if (takeover === null) {
    const marked = await library.baseline(config, { emit, stop });
    if (json) print(jsonText({ dryRun, marked }));
    return exitCodes.fine;
  }
  const { markFromHistory } = await import('./baseline-from-history.js');
  return library.marking(config, { emit, stop }, (ports, options) =>
    markFromHistory(ports, Object.assign(options, takeover), json ? print : null),
  );
}
