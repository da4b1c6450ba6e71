import {
  resolveCatalog,
  resolveLastKey,
  resolveServer,
  resolveSource,
} from '../config/resolve-run.js';
import { options } from '../config/table/options.js';
import type { Scope } from '../config/table/scope.js';
import { exitCodes } from '../process/exit-codes.js';
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
  const library = await import('../../library/work/baseline.js');
  await library.baseline(config, { emit, stop });
  return exitCodes.fine;
}
