import { isServiceLink, shown } from '../../core/connection/connection.js';
import { ConfigurationError } from '../../core/errors.js';
import { didYouMean } from '../../core/text/closest.js';
import {
  allOptions,
  inOrder,
  longFlag,
  options,
  variablesOf,
  wordOf,
  wordsOf,
} from './table/options.js';
import { bareWords, type ConfigRequest, isFlag, Scope } from './table/scope.js';

/** The part of the configuration that every command has. */
export interface CommonConfig {
  readonly output: OutputConfig;
  readonly labels: Labels;
  /** Logged once; none of them stops the command. */
  readonly warnings: readonly string[];
}

export interface OutputConfig {
  readonly logFormat: 'auto' | 'text' | 'json';
  readonly color: 'auto' | 'never';
  readonly verbosity: 'quiet' | 'normal' | 'verbose';
  /** The file for the last failure; null for the default of Kubernetes, if this is the first process of a container. */
  readonly terminationLog: string | null;
}

/** Where pgm runs, in logs, status and metrics. */
export interface Labels {
  readonly namespace: string;
  readonly configMap: string;
}

/**
 * Reads the whole configuration of a command: flag, then environment, then default. `readOwn` reads the options of this
 * command alone. The result holds no password, only functions that fetch one. Rejects with one `ConfigurationError`
 * that lists every mistake.
 */
export async function resolveConfig<T extends object>(
  request: ConfigRequest,
  readOwn: (scope: Scope) => Promise<T>,
): Promise<T & CommonConfig> {
  const scope = new Scope(request);
  refuseUnknownWords(scope);
  warnOfUnknownVariables(scope);
  const own = await readOwn(scope);
  const output = resolveOutput(scope);
  const labels = resolveLabels(scope);
  if (scope.problems.size > 0) throw new ConfigurationError([...scope.problems]);
  return { ...own, output, labels, warnings: [...scope.warnings] };
}

function resolveOutput(scope: Scope): OutputConfig {
  // A terminal that only prints, such as that of Emacs: control characters would be shown.
  const isDumb = scope.request.env['TERM'] === 'dumb';
  const logFormat = scope.read(options.output.logFormat);
  const isPlain =
    scope.read(options.output.noColor) || scope.read(options.output.noColorConvention) === true;
  return {
    logFormat: isDumb && logFormat === 'auto' ? 'text' : logFormat,
    color: isPlain || isDumb ? 'never' : 'auto',
    verbosity: verbosityOf(scope),
    terminationLog: scope.read(options.output.terminationLog),
  };
}

export function resolveLabels(scope: Scope): Labels {
  return {
    namespace: scope.read(options.output.namespace),
    configMap: scope.read(options.output.configmapName),
  };
}

function verbosityOf(scope: Scope): OutputConfig['verbosity'] {
  const quiet = scope.read(options.output.quiet);
  const verbose = scope.read(options.output.verbose);
  if (quiet && verbose) {
    const origins = [
      scope.given(options.output.quiet)?.origin,
      scope.given(options.output.verbose)?.origin,
    ].join(' and ');
    scope.problems.add(`${origins} contradict each other: give one of them`);
  }
  if (verbose) return 'verbose';
  return quiet ? 'quiet' : 'normal';
}

/** Flags the command does not take, and words that belong to no flag. Commander refuses a flag without its value. */
function refuseUnknownWords({ request, problems }: Scope): void {
  const { command, rest } = request;
  const own = inOrder(command.options);
  const known = own.flatMap(({ flag }) => (flag === null ? [] : [longFlag(flag)]));
  for (const word of rest.filter(isFlag)) {
    const name = word.replace(/=.*/s, '');
    // Commander leaves a switch that was given a value among the rest.
    if (known.includes(name)) {
      problems.add(`${name} takes no value: give ${name} alone, or leave it out`);
      continue;
    }
    const advice = didYouMean(name, known, `pgm ${command.name} --help lists them`);
    problems.add(`${name} is not a flag of pgm ${command.name}; ${advice}`);
  }
  const taken = wordsOf(command);
  const [first, ...more] = taken.map(wordOf);
  const words = more.length === 0 ? `one ${first ?? ''}` : [first, ...more].join(' ');
  const takes = first === undefined ? 'flags only' : `${words} and flags`;
  for (const word of bareWords(rest).slice(taken.length)) {
    problems.add(`${shown(word)} is not expected here; pgm ${command.name} takes ${takes}`);
  }
}

/** A misspelt PGM_ variable would silently have no effect. */
function warnOfUnknownVariables({ request, warnings }: Scope): void {
  const known = allOptions()
    .flatMap(variablesOf)
    .filter((name) => name.startsWith('PGM_'));
  for (const [name, value] of Object.entries(request.env)) {
    if (!name.startsWith('PGM_') || known.includes(name) || isOfService(name, value)) continue;
    const advice = didYouMean(name, known, 'pgm <command> --help lists them');
    warnings.add(`${name} is not a variable of pgm and has no effect; ${advice}`);
  }
}

/** Kubernetes sets such variables in every pod of the namespace for a Service named "pgm". */
function isOfService(name: string, value: string | undefined): boolean {
  return /^PGM_(?:SERVICE_(?:HOST|PORT)|PORT_\d+_)/.test(name) || isServiceLink(value);
}
