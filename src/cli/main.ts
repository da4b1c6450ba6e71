import { exitCodes } from './process/exit-codes.js';
import { endOnSignals, endOutput, watchOutput } from './process/stop.js';
import { reportBug } from './process/termination-log.js';

/** The one place that ends the process. */
async function main(argv: readonly string[]): Promise<void> {
  const { runProgram } = await import('./program.js');
  process.exit(await endOutput(await runProgram(argv)));
}

function endOnBug(error: unknown): void {
  reportBug(error);
  process.exit(exitCodes.bug);
}

endOnSignals();
watchOutput();
process.on('unhandledRejection', endOnBug);
process.on('uncaughtException', endOnBug);
void main(process.argv.slice(2));
