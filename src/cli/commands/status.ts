import type { StatusReport } from '../../core/report.js';
import { readStatus, waitForStatus } from '../../operations/status.js';
import { assertSource, openDatabase, openSource } from '../compose.js';
import { exitCodes } from '../exit-codes.js';
import { statusDocument } from '../../core/documents.js';
import { statusTable } from '../render/status-table.js';
import { type CommandBody, jsonText } from '../run-command.js';
import { systemClock } from '../system-clock.js';

/** How many tries `--attempts` shows. */
const attemptsShown = 20;

/** `pgm status` */
export const statusCommand: CommandBody<'status'> = async ({ config, emit, stop, print }) => {
  const source = openSource(config.source, config.historySchema);
  await assertSource(config.source, config.server);
  const { database, close } = await openDatabase(config, emit);
  try {
    const look = config.wait ? waitForStatus : readStatus;
    const report = await look(
      { source, database, clock: systemClock, emit, stop },
      {
        schemas: config.source.schemas,
        allowEmpty: config.source.allowEmpty,
        onChange: config.onChange,
        waitTimeoutMs: config.waitTimeoutMs,
        revision: config.revision,
        attempts: config.attempts ? attemptsShown : 0,
      },
    );
    print(
      config.json ? jsonText(statusDocument(report)) : statusTable(report, tableOptions(config)),
    );
    return exitCode(report, config.check || config.wait);
  } finally {
    await close();
  }
};

function tableOptions({ output }: { output: { color: string; verbosity: string } }): {
  color: boolean;
  all: boolean;
} {
  const color = output.color === 'auto' && process.stdout.isTTY;
  return { color, all: output.verbosity === 'verbose' };
}

function exitCode({ verdict }: StatusReport, matters: boolean): number {
  return matters && verdict.kind !== 'up-to-date' ? exitCodes.notUpToDate : exitCodes.fine;
}
