import type { Served, ServedConfig } from '../../library/work/serve.js';
import { exitCodes } from '../process/exit-codes.js';
import { exitCodeOfSignal } from '../process/stop.js';
import type { CommandContext } from './run-command.js';

/** What the work of a daemon is given. */
export interface DaemonContext<T extends object>
  extends Omit<CommandContext<T>, 'emit' | 'stop'>, Served {}

/** Serves probes, metrics and status while `work` goes on. */
export async function runDaemon<T extends Omit<ServedConfig, 'labels'>>(
  name: 'watch' | 'serve-health',
  context: CommandContext<T>,
  work: (context: DaemonContext<T>) => Promise<void>,
): Promise<number> {
  const { serve } = await import('../../library/work/serve.js');
  const { config, stop } = context;
  await serve(name, config, context, ({ emit, database, answers, address }) =>
    work({ ...context, emit, database, answers, address }),
  );
  return stop.signal() === 'SIGTERM' ? exitCodes.fine : exitCodeOfSignal(stop.signal());
}
