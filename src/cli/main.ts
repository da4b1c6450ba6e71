import { reportBug } from './bug-report.js';
import { exitCodes } from './exit-codes.js';
import { flushed, outliveReader } from './output-streams.js';
import { endOnSignals } from './stop.js';

/** The one place that ends the process. */
async function main(argv: readonly string[]): Promise<void> {
  const { runProgram } = await import('./program.js');
  const exitCode = await runProgram(argv);
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(exitCode);
}

function endOnBug(error: unknown): void {
  reportBug(error);
  process.exit(exitCodes.bug);
}

endOnSignals();
outliveReader(process.stdout, 'stdout');
outliveReader(process.stderr, 'stderr');
process.on('unhandledRejection', endOnBug);
process.on('uncaughtException', endOnBug);
void main(process.argv.slice(2));
