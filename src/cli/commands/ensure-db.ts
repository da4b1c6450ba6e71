import type { ServerConfig } from '../../library/connection/choose-server.js';
import { resolveServer } from '../config/resolve-run.js';
import { options } from '../config/table/options.js';
import { exitCodes } from '../process/exit-codes.js';
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
  configure: resolveServer,
  run: (line) => runCommand(ensureDb, line, ensure),
};

async function ensure({ config, emit, stop }: CommandContext<ServerConfig>): Promise<number> {
  const library = await import('../../library/work/ensure-db.js');
  await library.ensureDb(config, { emit, stop });
  return exitCodes.fine;
}
