import { migrateDocument } from '../../core/documents.js';
import { judgeRun } from '../../core/run/report.js';
import { assertSource, openSource, openSqlReader, withDatabase } from '../compose.js';
import {
  resolveApply,
  resolveCatalog,
  resolveLastKey,
  resolveSource,
} from '../config/resolve-migrations.js';
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

export const migrate: Command<'migrate', Config> = {
  name: 'migrate',
  summary: 'wait for PostgreSQL, create the database if needed, apply pending files',
  options: [
    ...Object.values(options.connection),
    options.embedded.embedded,
    ...Object.values(options.source),
    options.applying.allowEmpty,
    options.applying.onFailure,
    options.applying.onChange,
    options.applying.lockTimeout,
    options.applying.lockWait,
    options.applying.onPooler,
    ...Object.values(options.drift),
    options.applying.dryRun,
    options.applying.to,
    options.applying.json,
    ...Object.values(options.output),
  ],
  result: 'log',
  daemon: false,
  configure,
  run: (line) => runCommand(migrate, line, applyPending),
};

async function configure(scope: Scope) {
  const source = await resolveSource(scope);
  return {
    ...(await resolveServer(scope)),
    source,
    apply: resolveApply(scope),
    catalog: resolveCatalog(scope),
    dryRun: scope.read(options.applying.dryRun),
    to: resolveLastKey(scope, source.schemas),
    json: scope.read(options.applying.json),
  };
}

async function applyPending({
  config,
  emit,
  stop,
  print,
}: CommandContext<Config>): Promise<number> {
  const operations = await import('../../operations/migrate.js');
  const { apply, dryRun, to, json } = config;
  const { allowEmpty, schemas, reason } = config.source;
  const source = openSource(config.source, config.historySchema);
  emit({ kind: 'source-chosen', directory: source.directory, reason });
  await assertSource(config.source, config.server);
  return withDatabase(config, emit, async (database) => {
    const keeper = dryRun
      ? null
      : await openKeeper({ database, clock: systemClock, emit }, config.catalog);
    const report = await operations.migrate(
      { source, database, sqlReader: await openSqlReader(), clock: systemClock, emit, stop },
      {
        policy: { onFailure: apply.onFailure, onChange: apply.onChange, to },
        schemas,
        lockTimeoutMs: apply.lockTimeoutMs,
        lockWaitMs: apply.lockWaitMs,
        onPooler: apply.onPooler,
        waitTimeoutMs: config.waitTimeoutMs,
        dryRun,
        detailed: json,
        keeper,
      },
    );
    const verdict = judgeRun(report, { allowEmpty, onChange: apply.onChange });
    emit({ kind: dryRun ? 'dry-run-finished' : 'run-finished', report, verdict });
    if (json && report.details !== null) {
      print(jsonText(migrateDocument(report, report.details, verdict, dryRun)));
    }
    await keeper?.afterRun(stop.soon);
    const failing = !dryRun && verdict.kind === 'behind' && verdict.failing;
    return failing ? exitCodes.failed : exitCodes.fine;
  });
}
