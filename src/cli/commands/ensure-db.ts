import { withDatabase } from '../compose.js';
import { options } from '../config/table/options.js';
import { resolveServer, type ServerConfig } from '../config/server/resolve-server.js';
import { exitCodes } from '../process/exit-codes.js';
import { systemClock } from '../process/machine.js';
import { type Command, type CommandContext, runCommand } from './run-command.js';

export const ensureDb: Command<'ensure-db', ServerConfig> = {
  name: 'ensure-db',
  summary: 'create the target database if it is missing',
  options: [
    ...Object.values(options.connection),
    options.embedded.embedded,
    ...Object.values(options.output),
  ],
  result: 'log',
  daemon: false,
  configure: resolveServer,
  run: (line) => runCommand(ensureDb, line, ensure),
};

async function ensure({ config, emit, stop }: CommandContext<ServerConfig>): Promise<number> {
  const operations = await import('../../operations/ensure-db.js');
  return withDatabase(config, emit, async (database) => {
    const outcome = await operations.ensureDb(database, {
      clock: systemClock,
      emit,
      signal: stop.soon,
      withinMs: config.waitTimeoutMs,
    });
    if (outcome === 'existed') {
      emit({ kind: 'note', message: `database ${database.name} already exists` });
    }
    return exitCodes.fine;
  });
}
