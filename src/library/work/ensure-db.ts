import type { ServerConfig } from '../connection/choose-server.js';
import { systemClock, withDatabase } from '../open/compose.js';
import type { Hooks } from './hooks.js';

export async function ensureDb(
  config: ServerConfig,
  { emit, stop }: Hooks,
): Promise<'existed' | 'created'> {
  const operations = await import('../../operations/ensure-db.js');
  return withDatabase(config, emit, async (database) => {
    const ports = { clock: systemClock, emit, stop };
    const outcome = await operations.ensureDb(database, ports, config.waitTimeoutMs);
    if (outcome === 'existed') {
      emit({ kind: 'note', message: `database ${database.name} already exists` });
    }
    return outcome;
  });
}
