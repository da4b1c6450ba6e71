import { homedir, userInfo } from 'node:os';
import { ConfigurationError, Interrupted, PgmError } from '../core/errors.js';
import type { Emit } from '../core/events.js';
import { reportBugsTo } from './bug-report.js';
import type { ConfigOf } from './config/config.js';
import { diskFiles } from './config/files.js';
import type { CommandName } from './config/option.js';
import { resolveConfig } from './config/resolve.js';
import type { Flags } from './config/scope.js';
import { exitCodeOf, exitCodes } from './exit-codes.js';
import { errorDocument } from '../core/documents.js';
import { openReporter, type Reporter } from './render/reporter.js';
import { exitCodeOfSignal, type SignalStop, stopOnSignals } from './stop.js';
import { systemClock } from './system-clock.js';
import { openTerminationLog, type TerminationLog } from './termination-log.js';

/** What every command has at hand. */
export interface CommandContext<C extends CommandName> {
  readonly config: ConfigOf<C>;
  readonly emit: Emit;
  readonly stop: SignalStop;
  /** Writes a result to stdout. */
  readonly print: (text: string) => void;
}

/** What was typed behind the command's name. */
export interface CommandLine {
  readonly flags: Flags;
  /** Words that are neither a flag of the command nor the value of one. */
  readonly rest: readonly string[];
}

export type CommandBody<C extends CommandName> = (context: CommandContext<C>) => Promise<number>;

/** Reads the configuration, opens the reporter, runs the body and gives the exit code. Never throws. */
export async function runCommand<C extends CommandName>(
  command: C,
  { flags, rest }: CommandLine,
  body: CommandBody<C>,
): Promise<number> {
  let reporter: Reporter | null = null;
  let lastWords: TerminationLog | null = null;
  let stop: SignalStop | null = null;
  try {
    const config = await resolveConfig({
      command,
      flags,
      rest,
      env: process.env,
      homedir: homedir(),
      username: userName(),
      ...diskFiles,
    });
    // The driver reads this variable too, and throws on libpq's "any".
    delete process.env['PGTARGETSESSIONATTRS'];
    reporter = await reporterOf(config);
    lastWords = terminationLogOf(config);
    reportBugsTo(lastWords);
    const emit = toBoth(reporter.emit, lastWords.emit);
    for (const message of config.warnings) emit({ kind: 'warning', message });
    stop = stopOnSignals(graceOf(config), (signal) => {
      emit({ kind: 'stopping', signal });
    });
    return await body({ config, emit, stop, print });
  } catch (error) {
    reporter?.close();
    if (error instanceof Interrupted) return exitCodeOfSignal(stop?.signal() ?? null);
    return tellFailure(command, error, { flags, lastWords });
  } finally {
    reporter?.close();
  }
}

interface LastPlaces {
  readonly flags: Flags;
  /** Null before it was known which one is wanted. */
  readonly lastWords: TerminationLog | null;
}

/** Says on stderr, in the termination log and, with `--json`, on stdout why the command ends; gives its exit code. */
function tellFailure(
  command: CommandName,
  error: unknown,
  { flags, lastWords }: LastPlaces,
): number {
  const exitCode = exitCodeOf(error);
  const text = lines(command, error, exitCode).join('\n');
  process.stderr.write(`${text}\n`);
  (lastWords ?? earlyTerminationLog(flags)).fail(text);
  if (flags['json'] === true) print(jsonText(errorDocument(asError(error), exitCode)));
  return exitCode;
}

/** A document for stdout, as `--json` prints it. */
export function jsonText(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

function print(text: string): void {
  process.stdout.write(text);
}

/** A result on stdout leaves the progress to stderr; a daemon's log is its result. */
async function reporterOf(config: ConfigOf<CommandName>): Promise<Reporter> {
  const { command, output, labels } = config;
  const printsResult =
    command === 'status' || command === 'configmap' || ('json' in config && config.json);
  return openReporter({
    output,
    stream: printsResult ? process.stderr : process.stdout,
    clock: systemClock,
    directory: 'source' in config ? config.source.directory : '',
    timestamps: command === 'watch' || command === 'serve-health',
    labels: { namespace: labels.namespace, configmap: labels.configMap },
  });
}

function terminationLogOf(config: ConfigOf<CommandName>): TerminationLog {
  const { terminationLog } = config.output;
  const directory = 'source' in config ? config.source.directory : '';
  return terminationLog === null
    ? usualTerminationLog(directory)
    : openTerminationLog(terminationLog, directory);
}

/** As long as the configuration cannot be read: where it most likely wanted the last words. */
function earlyTerminationLog({ terminationLog: typed }: Flags): TerminationLog {
  const asked = typeof typed === 'object' ? typed.at(-1) : process.env['PGM_TERMINATION_LOG'];
  return asked === undefined || asked === ''
    ? usualTerminationLog('')
    : openTerminationLog(asked, '');
}

/**
 * Only the first process of a container writes there unasked: who comes in by `kubectl exec` must not overwrite what it
 * left.
 */
function usualTerminationLog(directory: string): TerminationLog {
  return openTerminationLog(process.pid === 1 ? '/dev/termination-log' : null, directory);
}

function toBoth(first: Emit, second: Emit): Emit {
  return (event) => {
    first(event);
    second(event);
  };
}

function graceOf(config: ConfigOf<CommandName>): number {
  return 'graceMs' in config ? config.graceMs : 0;
}

/** In a container the user may have no entry in the password file. */
function userName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}

function lines(command: CommandName, error: unknown, exitCode: number): readonly string[] {
  if (error instanceof ConfigurationError && error.problems.length > 1) {
    const mistakes = error.problems.map((problem) => `  - ${problem}`);
    return [`pgm ${command}: ${error.problems.length} mistakes:`, ...mistakes];
  }
  if (error instanceof PgmError) return [`pgm ${command}: ${error.message}`];
  const { stack, message } = asError(error);
  return exitCode === exitCodes.bug
    ? [`pgm ${command}: a bug in pgm; please report it with these lines:`, stack ?? message]
    : [`pgm ${command}: ${message}`];
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
