import { exitCodes } from './exit-codes.js';
import { packageVersion } from './version.js';

/** The one place that ends the process. */
async function main(argv: readonly string[]): Promise<number> {
  const [only] = argv;
  if (argv.length === 1 && (only === '--version' || only === '-V')) {
    process.stdout.write(`${packageVersion()}\n`);
    return exitCodes.fine;
  }
  const { runProgram } = await import('./program.js');
  return runProgram(argv);
}

/** A reader that went away (`pgm status | head -1`) is no reason to fail; the work goes on. */
function ignoreClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

function endOnBug(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`pgm: a bug in pgm; please report it with these lines:\n${text}\n`);
  process.exit(exitCodes.bug);
}

/** Settles when what was written has been handed over. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => {
      resolve();
    });
  });
}

ignoreClosedPipe(process.stdout);
ignoreClosedPipe(process.stderr);
process.on('unhandledRejection', endOnBug);
process.on('uncaughtException', endOnBug);
const exitCode = await main(process.argv.slice(2));
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
process.exit(exitCode);
