import { errorDocument } from '../../core/documents.js';
import { ConfigurationError, Interrupted, PgmError } from '../../core/errors.js';
import type { Emit } from '../../core/events.js';
import { diskFiles, homeDirectory, systemClock, userName } from '../../library/open/compose.js';
import type { SourceConfig } from '../../library/open/source-config.js';
import { type CommonConfig, resolveConfig } from '../config/resolve.js';
import { options, type Taker } from '../config/table/options.js';
import { type ConfigRequest, type Flags, Scope } from '../config/table/scope.js';
import type { AnyOption, CommandName } from '../config/table/values.js';
import { exitCodeOf } from '../process/exit-codes.js';
import {
  earlyTerminationLog,
  openTerminationLog,
  reportBugsTo,
  type TerminationLog,
} from '../process/termination-log.js';
import { keepDaemonSmall } from '../process/small-heap.js';
import { type SignalStop, exitCodeOfSignal, printResult, stopOnSignals } from '../process/stop.js';
import { openReporter } from '../render/reporters/open-reporter.js';
import type { Reporter } from '../render/reporters/reporter.js';
import { jsonText, type Looks } from '../render/words/layout.js';

/** A command. Its file imports operations and other heavy modules only when it runs. */
export interface Command<C extends CommandName = CommandName, T extends object = object> {
  readonly name: C;
  readonly summary: string;
  readonly options: readonly AnyOption[];
  /** `stdout`: the result is printed there, and the progress goes to stderr. `log`: the log is all it prints, on stdout. */
  readonly result: 'stdout' | 'log';
  /** It runs until stopped, and its log lines begin with the time. */
  readonly daemon?: true;
  /** Reads the options that only some commands have. */
  readonly configure: (scope: Scope) => Promise<T>;
  /** Returns the exit code. Never throws. */
  readonly run: (line: CommandLine) => Promise<number>;
}

/** What was typed after the command's name. */
export interface CommandLine {
  readonly flags: Flags;
  /** Words that are neither a flag of the command nor the value of one. */
  readonly rest: readonly string[];
  /** All commands, for `pgm completion`. */
  readonly commands: readonly Command[];
}

/** What the work of a command is given. */
export interface CommandContext<T extends object> {
  readonly config: T & CommonConfig;
  readonly emit: Emit;
  readonly stop: SignalStop;
  /** Writes a result to stdout. */
  readonly print: (text: string) => void;
}

/** Reads the configuration, opens the reporter, does the work and returns the exit code. Never throws. */
export async function runCommand<T extends object>(
  command: Command<CommandName, T>,
  line: CommandLine,
  work: (context: CommandContext<T>) => Promise<number>,
): Promise<number> {
  if (command.daemon === true) keepDaemonSmall();
  let reporter: Reporter | null = null;
  let terminationLog: TerminationLog | null = null;
  let stop: SignalStop | null = null;
  try {
    const config = await readConfig(command, line);
    const { source, json, graceMs, output }: CommonConfig & Settings = config;
    const directory = source?.directory ?? '';
    const toStderr = command.result === 'stdout' || json === true;
    reporter = await openReporter({
      output,
      stream: toStderr ? process.stderr : process.stdout,
      clock: systemClock,
      directory,
      timestamps: command.daemon === true,
      labels: config.labels,
    });
    terminationLog = openTerminationLog(output.terminationLog, directory);
    reportBugsTo(terminationLog);
    const emit = toBoth(reporter.emit, terminationLog.emit);
    for (const message of config.warnings) emit({ kind: 'warning', message });
    stop = stopOnSignals(graceMs ?? 0, (signal) => {
      emit({ kind: 'stopping', signal });
    });
    return await work({ config, emit, stop, print: printResult });
  } catch (error) {
    reporter?.close();
    const signal = stop?.signal() ?? null;
    return endWithout(error, requestOf(command, line), { signal, terminationLog });
  } finally {
    reporter?.close();
  }
}

/** Options of some commands that decide how they are run. */
interface Settings {
  readonly source?: SourceConfig;
  readonly json?: boolean;
  readonly graceMs?: number;
}

export async function readConfig<T extends object>(
  command: Command<CommandName, T>,
  line: Pick<CommandLine, 'flags' | 'rest'>,
): Promise<T & CommonConfig> {
  return resolveConfig(requestOf(command, line), command.configure);
}

/** A command line together with the environment and the files of this machine. */
export function requestOf(
  command: Taker,
  { flags, rest }: Pick<CommandLine, 'flags' | 'rest'>,
): ConfigRequest {
  return {
    command,
    flags,
    rest,
    env: process.env,
    homedir: homeDirectory(),
    username: userName(),
    ...diskFiles,
  };
}

/** Whether stdout gets one document, by flag or variable; also if something else in the configuration is wrong. */
export function asksForJson(request: ConfigRequest): boolean {
  return new Scope(request).read(options.applying.json);
}

/** What a command has got when it ends without an answer. */
interface Begun {
  readonly signal: NodeJS.Signals | null;
  /** Null until the configuration has been read. */
  readonly terminationLog: TerminationLog | null;
}

/** Reports why there is no answer, unless a person wanted that, and with `--json` on stdout too. Returns the exit code. */
function endWithout(
  error: unknown,
  request: ConfigRequest,
  { signal, terminationLog }: Begun,
): number {
  const { command, flags } = request;
  const exitCode =
    error instanceof Interrupted
      ? exitCodeOfSignal(signal)
      : tellFailure(command.name, error, flags, terminationLog);
  if (asksForJson(request)) printResult(jsonText(errorDocument(asError(error), exitCode)));
  return exitCode;
}

/**
 * Reports why the command ends on stderr and in the termination log. Returns the exit code. `opened` is null until the
 * configuration has been read.
 */
function tellFailure(
  command: CommandName,
  error: unknown,
  { terminationLog: typed }: Flags,
  opened: TerminationLog | null,
): number {
  const exitCode = exitCodeOf(error);
  const text = lines(command, error).join('\n');
  process.stderr.write(`${text}\n`);
  (opened ?? earlyTerminationLog(typed)).fail(text);
  return exitCode;
}

/** How a result for people is formatted. */
export function looksOf({ output: { color, verbosity } }: CommonConfig): Looks {
  return { color: color === 'auto' && process.stdout.isTTY, all: verbosity === 'verbose' };
}

function toBoth(first: Emit, second: Emit): Emit {
  return (event) => {
    first(event);
    second(event);
  };
}

function lines(command: CommandName, error: unknown): readonly string[] {
  if (error instanceof ConfigurationError && error.problems.length > 1) {
    const mistakes = error.problems.map((problem) => `  - ${problem}`);
    return [`pgm ${command}: ${error.problems.length} mistakes:`, ...mistakes];
  }
  if (error instanceof PgmError) return [`pgm ${command}: ${error.message}`];
  const { stack, message } = asError(error);
  return [`pgm ${command}: a bug in pgm; please report it with these lines:`, stack ?? message];
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
