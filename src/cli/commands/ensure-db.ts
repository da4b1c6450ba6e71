import { ensureDb } from '../../operations/ensure-db.js';
import { openDatabase } from '../compose.js';
import { exitCodes } from '../exit-codes.js';
import type { CommandBody } from '../run-command.js';
import { systemClock } from '../system-clock.js';

/** `pgm ensure-db` */
export const ensureDbCommand: CommandBody<'ensure-db'> = async ({ config, emit, stop }) => {
  const { database, close } = await openDatabase(config, emit);
  try {
    const outcome = await ensureDb(database, {
      clock: systemClock,
      emit,
      signal: stop.soon,
      withinMs: config.waitTimeoutMs,
    });
    if (outcome === 'existed') {
      emit({ kind: 'note', message: `database ${database.name} exists already` });
    }
    return exitCodes.fine;
  } finally {
    await close();
  }
};
