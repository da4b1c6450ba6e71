import { ConfigurationError, FilesFailed } from '../../core/errors.js';
import type { Emit } from '../../core/events.js';
import { type FromHistory, fromHistoryDocument } from '../../core/moving/from-history.js';
import type { SourcePorts } from '../../operations/run/run-ports.js';
import type { FromHistoryOptions } from '../../operations/baseline-from-history.js';
import { exitCodes } from '../process/exit-codes.js';
import { jsonText } from '../render/words/layout.js';

/** Marks what another tool's table says is applied, and prints what it says. Returns the exit code. */
export async function markFromHistory(
  ports: SourcePorts,
  options: FromHistoryOptions,
  printJson: ((text: string) => void) | null,
): Promise<number> {
  const operations = await import('../../operations/baseline-from-history.js');
  const words = await import('../render/words/from-history.js');
  const result = await operations.baselineFromHistory(ports, options);
  if (result.kind !== 'read') throw new ConfigurationError([words.noTable(result)]);
  const { report } = result;
  const { notes, warnings } = words.fromHistoryWords(report);
  for (const message of notes) ports.emit({ kind: 'note', message });
  for (const message of warnings) ports.emit({ kind: 'warning', message });
  printJson?.(jsonText(fromHistoryDocument(report)));
  return end(report, ports.emit, printJson !== null);
}

function end({ keys, problems, dryRun }: FromHistory, emit: Emit, isPrinted: boolean): number {
  if (keys === null) {
    const lines = problems.map(({ what, advice }) => `${what}; ${advice}`);
    const told = ['nothing is marked:', ...lines].join('\n  ');
    if (!isPrinted) throw new FilesFailed(told);
    emit({ kind: 'warning', message: told });
    return exitCodes.failed;
  }
  if (dryRun) emit({ kind: 'note', message: `dry run: nothing was changed` });
  else emit({ kind: 'baseline-finished', keys });
  return exitCodes.fine;
}
