import { driftDocument, type DriftReport } from '../../core/drift/drift-report.js';
import { openSource, withDatabase } from '../compose.js';
import { resolveSource } from '../config/resolve-migrations.js';
import { resolveServer } from '../config/server/resolve-server.js';
import { options } from '../config/table/options.js';
import type { Scope } from '../config/table/scope.js';
import { exitCodes } from '../process/exit-codes.js';
import { systemClock } from '../process/machine.js';
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
    waitTimeoutMs: scope.read(options.connection.waitTimeout),
    ignored: scope.read(options.drift.driftIgnore) ?? [],
    json: scope.read(options.applying.json),
  };
}

async function look({ config, emit, stop, print }: CommandContext<Config>): Promise<number> {
  const operations = await import('../../operations/drift.js');
  const source = openSource(config.source, config.historySchema);
  const report = await withDatabase(config, emit, (database) =>
    operations.drift(
      { database, source, clock: systemClock, emit, stop },
      {
        schemas: config.source.schemas,
        ignored: config.ignored,
        waitTimeoutMs: config.waitTimeoutMs,
      },
    ),
  );
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
