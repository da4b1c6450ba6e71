import { statusDocument } from '../../core/documents.js';
import type { StatusReport } from '../../core/run/report.js';
import { resolveServer, resolveSource } from '../config/resolve-run.js';
import { options } from '../config/table/options.js';
import type { Scope } from '../config/table/scope.js';
import { exitCodes } from '../process/exit-codes.js';
import { jsonText } from '../render/words/layout.js';
import { type Command, type CommandContext, looksOf, runCommand } from './run-command.js';

type Config = Awaited<ReturnType<typeof configure>>;
type Context = CommandContext<Config>;

export const status: Command<'status', Config> = {
  name: 'status',
  summary: 'show what is applied and what is not, without changing anything',
  options: [
    ...Object.values(options.connection),
    options.embedded.embedded,
    ...Object.values(options.source),
    options.applying.allowEmpty,
    // The policy decides whether an edited migration still has to be applied.
    options.applying.onChange,
    options.applying.check,
    options.applying.wait,
    options.applying.revision,
    options.applying.attempts,
    options.applying.json,
    ...Object.values(options.output),
  ],
  result: 'stdout',
  configure,
  run: (line) => runCommand(status, line, show),
};

async function configure(scope: Scope) {
  return {
    ...(await resolveServer(scope)),
    waitTimeoutMs: readWaitTimeout(scope),
    source: await resolveSource(scope),
    onChange: scope.read(options.applying.onChange),
    check: scope.read(options.applying.check),
    wait: scope.read(options.applying.wait),
    revision: scope.read(options.applying.revision),
    attempts: scope.read(options.applying.attempts) ? attemptsShown : 0,
    json: scope.read(options.applying.json),
  };
}

/** With `--wait` and no timeout of its own it waits as long as `migrate` would. */
function readWaitTimeout(scope: Scope): number | null {
  const { waitTimeout } = options.connection;
  const isOpen = scope.read(options.applying.wait) && scope.given(waitTimeout) === null;
  return isOpen ? usualWaitMs : scope.read(waitTimeout);
}

const usualWaitMs = 60_000;

/** How many attempts `--attempts` shows. */
const attemptsShown = 20;

async function show({ config, emit, stop, print }: Context): Promise<number> {
  const library = await import('../../library/work/status.js');
  const report = await library.status(config, { emit, stop });
  print(config.json ? jsonText(statusDocument(report)) : await table(report, config));
  const matters = config.check || config.wait;
  return matters && report.verdict.kind !== 'up-to-date' ? exitCodes.notUpToDate : exitCodes.fine;
}

async function table(report: StatusReport, config: Context['config']): Promise<string> {
  const { statusTable } = await import('../render/words/status-table.js');
  return statusTable(report, looksOf(config));
}
