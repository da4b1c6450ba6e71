import { driftDocument, type DriftReport } from '../../core/drift/drift-report.js';
import { resolveServer, resolveSource } from '../config/resolve-run.js';
import { options } from '../config/table/options.js';
import type { Scope } from '../config/table/scope.js';
import { exitCodes } from '../process/exit-codes.js';
import { type Command, type CommandContext, jsonText, runCommand } from './run-command.js';

type Config = Awaited<ReturnType<typeof configure>>;

export const drift: Command<'drift', Config> = {
  name: 'drift',
  summary: 'show what differs in the database from what the files made',
  options: [
    ...Object.values(options.connection),
    ...Object.values(options.source),
    options.drift.driftIgnore,
    options.applying.json,
    ...Object.values(options.output),
  ],
  result: 'stdout',
  daemon: false,
  configure,
  run: (line) => runCommand(drift, line, look),
};

async function configure(scope: Scope) {
  return {
    ...(await resolveServer(scope)),
    source: await resolveSource(scope),
    ignored: scope.read(options.drift.driftIgnore) ?? [],
    json: scope.read(options.applying.json),
  };
}

async function look({ config, emit, stop, print }: CommandContext<Config>): Promise<number> {
  const library = await import('../../library/work/drift.js');
  const report = await library.drift(config, { emit, stop });
  print(config.json ? jsonText(driftDocument(report)) : await words(report, config));
  return report.verdict === 'in step' ? exitCodes.fine : exitCodes.notUpToDate;
}

async function words(
  report: DriftReport,
  { output }: CommandContext<Config>['config'],
): Promise<string> {
  const { driftReport } = await import('../render/words/drift.js');
  return driftReport(report, output.color === 'auto' && process.stdout.isTTY);
}
