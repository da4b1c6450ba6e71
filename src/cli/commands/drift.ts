import { driftDocument, type DriftReport } from '../../core/drift/drift-report.js';
import type { CommonConfig } from '../config/resolve.js';
import { resolveServer, resolveSource } from '../config/resolve-run.js';
import { resolveBeside, resolveShadow, wantsShadow } from '../config/resolve-shadow.js';
import { options } from '../config/table/options.js';
import type { Scope } from '../config/table/scope.js';
import { exitCodes } from '../process/exit-codes.js';
import { jsonText } from '../render/words/layout.js';
import { type Command, type CommandContext, looksOf, runCommand } from './run-command.js';

type Config = Awaited<ReturnType<typeof configure>>;
type Context = CommandContext<Config>;

export const drift: Command<'drift', Config> = {
  name: 'drift',
  summary: 'show what differs in the database from what the files made',
  options: [
    ...Object.values(options.connection),
    options.embedded.embedded,
    ...Object.values(options.source),
    options.proof.shadowUrl,
    options.proof.roles,
    options.applying.lockTimeout,
    options.drift.driftIgnore,
    options.applying.json,
    ...Object.values(options.output),
  ],
  result: 'stdout',
  configure,
  run: (line) => runCommand(drift, line, look),
};

async function configure(scope: Scope) {
  const isOfFiles = wantsShadow(scope);
  return {
    ...(isOfFiles ? await resolveBeside(scope) : await resolveServer(scope)),
    source: await resolveSource(scope),
    shadow: isOfFiles ? await resolveFilesSide(scope) : null,
    ignored: scope.read(options.drift.driftIgnore) ?? [],
    json: scope.read(options.applying.json),
  };
}

/** The throw-away database on which the files show what they make. */
async function resolveFilesSide(scope: Scope) {
  const schemas = scope.given(options.source.schemas);
  if (schemas !== null) {
    scope.problems.add(
      `${schemas.origin} cannot be used here: the database has what all files make, and is compared with all of them; leave it out`,
    );
  }
  return {
    server: await resolveShadow(scope),
    historySchema: scope.read(options.connection.historySchema),
    roles: scope.read(options.proof.roles) ?? [],
    lockTimeoutMs: scope.read(options.applying.lockTimeout),
  };
}

async function look({ config, emit, stop, print }: Context): Promise<number> {
  const library = await import('../../library/work/drift.js');
  const report = await library.drift(config, { emit, stop });
  await printDrift(report, config, print);
  return report.verdict === 'in step' ? exitCodes.fine : exitCodes.notUpToDate;
}

/** Shared by all commands that compare a database with what files make. */
export async function printDrift(
  report: DriftReport,
  config: CommonConfig & { readonly json: boolean },
  print: (text: string) => void,
): Promise<void> {
  if (config.json) {
    print(jsonText(driftDocument(report)));
    return;
  }
  const { driftReport } = await import('../render/words/drift.js');
  print(driftReport(report, looksOf(config).color));
}
