import type { LintReport } from '../../core/lint/lint-report.js';
import {
  resolveApply,
  resolveCatalog,
  resolveLastKey,
  resolveServer,
  resolveSource,
} from '../config/resolve-run.js';
import { options } from '../config/table/options.js';
import type { Scope } from '../config/table/scope.js';
import { exitCodes } from '../process/exit-codes.js';
import { keepGarbageSmall } from '../process/small-heap.js';
import { jsonText } from '../render/words/layout.js';
import { type Command, type CommandContext, looksOf, runCommand } from './run-command.js';

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
  configure,
  run: (line) => {
    keepGarbageSmall();
    return runCommand(migrate, line, applyPending);
  },
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
  const library = await import('../../library/work/migrate.js');
  const { dryRun, json } = config;
  const { report, verdict } = await library.migrate(config, {
    emit,
    stop,
    detailed: json,
    onHeld: await heldPrinter(context),
    onReport: async (outcome) => {
      if (json) print(jsonText(await library.documentOf(outcome, dryRun)));
    },
  });
  const failing = !dryRun && verdict.kind === 'behind' && verdict.failing;
  return failing || report.heldByLint !== null ? exitCodes.failed : exitCodes.fine;
}

/** Loads the texts for lint's findings only with `--lint`. */
async function heldPrinter({ config, print }: CommandContext<Config>) {
  const { lint, json, source } = config;
  if (lint === 'off' || json) return () => undefined;
  const { lintReport } = await import('../render/words/findings/lint.js');
  const { color } = looksOf(config);
  return (report: LintReport): void => {
    print(lintReport(report, source.directory, { color, all: false }));
  };
}
