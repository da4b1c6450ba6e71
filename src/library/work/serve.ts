import type { Emit } from '../../core/events.js';
import type { Database } from '../../core/ports.js';
import type { Readiness } from '../../core/watch/readiness.js';
import type { StatusView } from '../../core/watch/status-view.js';
import type { ServerConfig } from '../connection/choose-server.js';
import { withDatabase } from '../open/compose.js';
import { openHealthServer } from '../open/daemon.js';
import type { SourceConfig } from '../open/source-config.js';
import { Answers } from './answers.js';
import type { Hooks } from './hooks.js';

/** The server for probes, metrics and the status page. */
export interface HealthConfig {
  readonly port: number;
  /** The first that the machine has is used; there is no fallback from a given address. */
  readonly addresses: readonly string[];
  readonly readiness: Readiness;
  readonly exposeStatus: boolean;
}

export interface ServedConfig extends ServerConfig {
  readonly source: SourceConfig;
  readonly health: HealthConfig;
  readonly labels: StatusView['labels'];
  readonly rescanIntervalMs: number;
}

/** What the work of a daemon is given. */
export interface Served extends Hooks {
  readonly database: Database;
  readonly answers: Answers;
  /** Of the health server. */
  readonly address: string;
}

/** Serves probes, metrics and status while `work` goes on: the health server starts first and stops last. */
export async function serve(
  command: 'watch' | 'serve-health',
  config: ServedConfig,
  hooks: Hooks,
  work: (served: Served) => Promise<void>,
): Promise<void> {
  const { labels, rescanIntervalMs, source } = config;
  const role = command === 'watch' ? 'runner' : 'onlooker';
  const answers = new Answers(role, labels, rescanIntervalMs);
  const emit: Emit = (event) => {
    hooks.emit(event);
    answers.note(event);
  };
  answers.emit = emit;
  const { pulse, check, metrics, view } = answers;
  const server = await openHealthServer(
    { ...config.health, owner: `pgm ${command}`, pulse, check, metrics, view },
    emit,
  );
  try {
    const { address } = server;
    emit({ kind: 'health-listening', address });
    emit({ kind: 'source-chosen', directory: source.directory, reason: source.reason });
    await withDatabase(config, emit, (database) =>
      work({ emit, stop: hooks.stop, database, answers, address }).finally(() => answers.close()),
    );
  } finally {
    await server.close();
  }
}
