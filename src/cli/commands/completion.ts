import { inOrder, longFlag, options, takesValue, wordsOf } from '../config/table/options.js';
import type { Scope } from '../config/table/scope.js';
import type { AnyOption } from '../config/table/values.js';
import { exitCodes } from '../process/exit-codes.js';
import type {
  Candidates,
  CompletedCommand,
  CompletedFlag,
} from '../render/words/completion/completion-parts.js';
import { type Command, type CommandContext, runCommand } from './run-command.js';

type Config = Awaited<ReturnType<typeof configure>>;

/** Prints the script on stdout. While the user types, the script calls `cli/complete.ts`. */
export const completion: Command<'completion', Config> = {
  name: 'completion',
  summary: 'print a script for shell completion of commands, flags and names',
  options: [options.authoring.shell, ...Object.values(options.output)],
  result: 'stdout',
  configure: (scope) => Promise.resolve(configure(scope)),
  run: (line) => runCommand(completion, line, (context) => printScript(context, line.commands)),
};

function configure(scope: Scope) {
  const shell = scope.read(options.authoring.shell);
  if (scope.given(options.authoring.shell) === null) {
    scope.problems.add('say for which shell: pgm completion bash, zsh or fish');
  }
  return { shell: shell ?? 'bash' };
}

async function printScript(
  { config, print }: CommandContext<Config>,
  commands: readonly Command[],
): Promise<number> {
  const { completionScript } = await import('../render/words/completion/completion.js');
  print(completionScript(config.shell, commands.map(completed)));
  return exitCodes.fine;
}

function completed(command: Command): CompletedCommand {
  const { name, summary, options: own } = command;
  return {
    name,
    summary,
    flags: inOrder(own).flatMap(flagOf),
    words: wordsOf(command).map(candidatesOf),
  };
}

function flagOf(option: AnyOption): readonly CompletedFlag[] {
  const { flag, help } = option;
  if (flag === null) return [];
  const value = takesValue(flag) ? candidatesOf(option) : null;
  return [{ flag: longFlag(flag), help, value, isOptional: flag.includes('[') }];
}

function candidatesOf({ parse, completes }: AnyOption): Candidates {
  if (parse.choices !== undefined) return { kind: 'words', words: parse.choices };
  return { kind: completes ?? 'nothing' };
}
