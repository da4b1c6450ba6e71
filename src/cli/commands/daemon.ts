import type { Emit } from '../../core/events.js';
import type { Database } from '../../core/ports.js';
import type { ServerConfig } from '../../library/connection/choose-server.js';
import { withDatabase } from '../../library/open/compose.js';
import { openHealthServer } from '../../library/open/daemon.js';
import type { SourceConfig } from '../../library/open/source-config.js';
import type { HealthConfig } from '../config/resolve-health.js';
import { exitCodes } from '../process/exit-codes.js';
import { exitCodeOfSignal } from '../process/stop.js';
import type { Answers } from './answers.js';
import type { CommandContext } from './run-command.js';

interface DaemonConfig extends ServerConfig {
  readonly source: SourceConfig;
  readonly health: HealthConfig;
  readonly rescanIntervalMs: number;
}

/** What the work of a daemon gets. */
export interface DaemonContext<T extends DaemonConfig> extends CommandContext<T> {
  readonly database: Database;
  readonly answers: Answers;
  /** Of the health server. */
  readonly address: string;
}

/** Serves probes, metrics and status while `work` goes on: the health server starts first and stops last. */
export async function runDaemon<T extends DaemonConfig>(
  name: 'watch' | 'serve-health',
  context: CommandContext<T>,
  work: (context: DaemonContext<T>) => Promise<void>,
): Promise<number> {
  const { Answers } = await import('./answers.js');
  const { config, stop } = context;
  const { labels, rescanIntervalMs, source } = config;
  const role = name === 'watch' ? 'runner' : 'onlooker';
  const answers = new Answers(role, labels, rescanIntervalMs);
  const emit: Emit = (event) => {
    context.emit(event);
    answers.note(event);
  };
  answers.emit = emit;
  const { pulse, check, metrics, view } = answers;
  const server = await openHealthServer(
    { ...config.health, owner: `pgm ${name}`, pulse, check, metrics, view },
    emit,
  );
  try {
    const { address } = server;
    emit({ kind: 'health-listening', address });
    emit({ kind: 'source-chosen', directory: source.directory, reason: source.reason });
    await withDatabase(config, emit, (database) =>
      work({ ...context, emit, database, answers, address }).finally(() => answers.close()),
    );
  } finally {
    await server.close();
  }
  return stop.signal() === 'SIGTERM' ? exitCodes.fine : exitCodeOfSignal(stop.signal());
}
