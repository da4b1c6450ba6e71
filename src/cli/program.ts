import { Command, CommanderError } from 'commander';
import type { CommandName } from './config/option.js';
import { registerOptions } from './config/register.js';
import type { Flags } from './config/scope.js';
import { exitCodes } from './exit-codes.js';
import type { CommandLine } from './run-command.js';
import { keepCodeSmall } from './small-heap.js';
import { packageVersion } from './version.js';

interface Declared {
  readonly name: CommandName;
  readonly summary: string;
  /** Imports the command's own parts only now, and gives the exit code. */
  readonly run: (line: CommandLine) => Promise<number>;
}

const commands: readonly Declared[] = [
  {
    name: 'ensure-db',
    summary: 'create the target database if it is missing',
    run: async (line) => {
      const { runCommand } = await import('./run-command.js');
      const { ensureDbCommand } = await import('./commands/ensure-db.js');
      return runCommand('ensure-db', line, ensureDbCommand);
    },
  },
  {
    name: 'migrate',
    summary: 'wait for PostgreSQL, ensure the database, apply what is due, once',
    run: async (line) => {
      const { runCommand } = await import('./run-command.js');
      const { migrateCommand } = await import('./commands/migrate.js');
      return runCommand('migrate', line, migrateCommand);
    },
  },
  {
    name: 'status',
    summary: 'show what is applied and what is not; changes nothing',
    run: async (line) => {
      const { runCommand } = await import('./run-command.js');
      const { statusCommand } = await import('./commands/status.js');
      return runCommand('status', line, statusCommand);
    },
  },
  {
    name: 'watch',
    summary: 'serve the probes, apply what is due, and again whenever the files change',
    run: async (line) => {
      keepCodeSmall();
      const { runCommand } = await import('./run-command.js');
      const { watchCommand } = await import('./commands/watch.js');
      return runCommand('watch', line, watchCommand);
    },
  },
  {
    name: 'baseline',
    summary: 'mark migrations as applied without running them',
    run: async (line) => {
      const { runCommand } = await import('./run-command.js');
      const { baselineCommand } = await import('./commands/baseline.js');
      return runCommand('baseline', line, baselineCommand);
    },
  },
  {
    name: 'serve-health',
    summary: 'serve the probes alone, from the history; never migrates',
    run: async (line) => {
      keepCodeSmall();
      const { runCommand } = await import('./run-command.js');
      const { serveHealthCommand } = await import('./commands/serve-health.js');
      return runCommand('serve-health', line, serveHealthCommand);
    },
  },
  {
    name: 'configmap',
    summary: 'print the ConfigMap that holds a tree, or compare one with it',
    run: async (line) => {
      const { runCommand } = await import('./run-command.js');
      const { configMapCommand } = await import('./commands/configmap.js');
      return runCommand('configmap', line, configMapCommand);
    },
  },
  {
    name: 'prepare',
    summary: 'copy a mounted ConfigMap out as a tree, and say so with a file',
    run: async (line) => {
      const { runCommand } = await import('./run-command.js');
      const { prepareCommand } = await import('./commands/prepare.js');
      return runCommand('prepare', line, prepareCommand);
    },
  },
  {
    name: 'probe',
    summary: 'ask the health server of this machine, as an exec probe does',
    run: async (line) => {
      const { probeCommand } = await import('./commands/probe.js');
      return probeCommand(line);
    },
  },
];

const exitCodeHelp = `
Exit codes:
  0  fine
  1  a migration failed or is held; probe: the answer is no
  2  usage or configuration
  3  status --check: not up to date; configmap --check: not the same
  4  PostgreSQL not reachable in time
  5  lock not had in time
  130, 143  interrupted by SIGINT, SIGTERM (watch exits 0 on SIGTERM)`;

/** Reads the command line, runs the command it names and gives the exit code. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.fine;
  const program = declare((code) => {
    exitCode = code;
  }, argv[0]);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
  }
  return exitCode;
}

/**
 * The whole command line as commander knows it; also what the documentation is made from. Where `first`, the first word that
 * was typed, is a command, the flags of the others are left out: nobody asks for them, and they take a millisecond.
 */
export function declare(onExit: (exitCode: number) => void, first?: string): Command {
  const isNamed = commands.some(({ name }) => name === first);
  const program = new Command('pgm')
    .description(
      'Keeps a PostgreSQL database in step with the SQL files of a Kubernetes ConfigMap.',
    )
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', exitCodeHelp)
    .configureOutput({
      outputError: (text, write) => {
        write(text.replace(/^error: /, 'pgm: '));
      },
    })
    .exitOverride();
  for (const { name, summary, run } of commands) {
    const command = program
      .command(name)
      .description(summary)
      // Commander would stop at the first of them; the configuration reports them with all other mistakes.
      .allowUnknownOption()
      .allowExcessArguments();
    if (!isNamed || name === first) registerOptions(command, name);
    command.action(async () => {
      onExit(await run({ flags: command.opts<Flags>(), rest: command.args }));
    });
  }
  return program;
}
