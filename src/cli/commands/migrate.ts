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
    options.applying.lint,
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
    lint: scope.read(options.applying.lint),
    dryRun: scope.read(options.applying.dryRun),
    to: resolveLastKey(scope, source.schemas),
    json: scope.read(options.applying.json),
  };
}

async function applyPending(context: CommandContext<Config>): Promise<number> {
  const { config, emit, stop, print } = context;
  const operations = await import('../../operations/migrate.js');
  const { apply, dryRun, to, json } = config;
  const { allowEmpty, schemas, reason } = config.source;
  const source = openSource(config.source, config.historySchema);
  emit({ kind: 'source-chosen', directory: source.directory, reason });
  await assertSource(config.source, config.server);
  return withDatabase(config, emit, async (database) => {
    const sqlReader = await openSqlReader();
    const keeping = { database, clock: systemClock, emit, sqlReader };
    const keeper = dryRun ? null : await openKeeper(keeping, config.catalog);
    const lint = await openLint(config, database.target, { stop, print });
    const report = await operations.migrate(
      { source, database, sqlReader, clock: systemClock, emit, stop },
      {
        policy: { onFailure: apply.onFailure, onChange: apply.onChange, to },
        schemas,
        lockTimeoutMs: apply.lockTimeoutMs,
        lockWaitMs: apply.lockWaitMs,
        onPooler: apply.onPooler,
        waitTimeoutMs: config.waitTimeoutMs,
        gate: lint?.gate ?? null,
        dryRun,
        detailed: json,
        keeper,
      },
    );
    const verdict = judgeRun(report, { allowEmpty, onChange: apply.onChange });
    emit({ kind: dryRun ? 'dry-run-finished' : 'run-finished', report, verdict });
    if (json && report.details !== null) {
      const found = lint?.document() ?? null;
      print(jsonText(migrateDocument(report, report.details, verdict, { dryRun, lint: found })));
    }
    await keeper?.afterRun(stop.soon);
    const failing = !dryRun && verdict.kind === 'behind' && verdict.failing;
    return failing || report.heldByLint !== null ? exitCodes.failed : exitCodes.fine;
  });
}

/** Loads the grammar and the rules only if somebody wants them. */
async function openLint(
  { lint, json, source: { directory }, output }: CommandContext<Config>['config'],
  target: string,
  { stop, print }: Pick<CommandContext<Config>, 'stop' | 'print'>,
) {
  if (lint === 'off') return null;
  const { openGate } = await import('./lint-gate.js');
  const { lintDocument } = await import('../../core/lint/lint-report.js');
  const { lintReport } = await import('../render/words/lint.js');
  let document: object | null = null;
  const gate = await openGate(
    directory,
    { severity: lint, target },
    {
      stop,
      onHeld: (_, report) => {
        document = lintDocument(report);
        const color = output.color === 'auto' && process.stdout.isTTY;
        if (!json) print(lintReport(report, directory, { color, all: false }));
      },
    },
  );
  return { gate, document: () => document };
}
