import { baseline } from '../../operations/baseline.js';
import { openDatabase, openSource } from '../compose.js';
import { exitCodes } from '../exit-codes.js';
import { count } from '../../core/words.js';
import type { CommandBody } from '../run-command.js';
import { systemClock } from '../system-clock.js';

/** `pgm baseline` */
export const baselineCommand: CommandBody<'baseline'> = async ({ config, emit, stop }) => {
  const { onPooler, lockWaitMs, waitTimeoutMs, dryRun, to } = config;
  const source = openSource(config.source, config.historySchema);
  emit({ kind: 'source-chosen', directory: source.directory, reason: config.source.reason });
  const { database, close } = await openDatabase(config, emit);
  try {
    const keys = await baseline(
      { source, database, clock: systemClock, emit, stop },
      { schemas: config.source.schemas, onPooler, lockWaitMs, waitTimeoutMs, dryRun, to },
    );
    const done = dryRun ? 'would be marked as applied' : 'marked as applied, none was run';
    if (dryRun)
      for (const key of keys) emit({ kind: 'note', message: `${key} would be marked as applied` });
    emit({ kind: 'note', message: `${count(keys.length, 'migration')} ${done}` });
    return exitCodes.fine;
  } finally {
    await close();
  }
};
