import { hostname } from 'node:os';
import type { ConnectionSettings } from '../core/connection.js';
import type { FoundConfigMap } from '../core/configmap-compare.js';
import type { EmbeddedEvent, EmbeddedPostgres } from '../core/embedded.js';
import type { Emit } from '../core/events.js';
import type { Database, Source, SourceWatch, SqlReader } from '../core/ports.js';
import type { Question, Reply } from '../http/ask.js';
import type { HealthServerOptions, HealthServer } from '../http/health-server.js';
import type { Metrics, MetricsOptions } from '../http/metrics/metrics.js';
import type { Places } from '../kubernetes/overlap.js';
import type { Prepared, PrepareTree } from '../kubernetes/prepare-tree.js';
import type { Copies } from '../kubernetes/read-copies.js';
import type { HealthConfig, Server, SourceConfig } from './config/config.js';
import { describeEmbedded } from './render/embedded.js';
import { keepGrammarSmall } from './small-heap.js';
import { packageVersion } from './version.js';

/** The one place that knows the adapters. Each is imported when it is first needed, so that no command pays for another. */

export interface ComposeDatabase {
  readonly server: Server;
  readonly historySchema: string;
}

export interface OpenedDatabase {
  readonly database: Database;
  /** Ends the embedded server, if there is one. */
  readonly close: () => Promise<void>;
}

/** The database port over a server that runs, or over one of our own, which is started first. */
export async function openDatabase(config: ComposeDatabase, emit: Emit): Promise<OpenedDatabase> {
  const { historySchema } = config;
  const { settings, close } = await reachable(config.server, emit);
  const db = await import('../db/database.js');
  const runner = { version: packageVersion(), host: hostname() };
  return { database: db.openDatabase({ settings, historySchema, runner }), close };
}

async function reachable(
  server: Server,
  emit: Emit,
): Promise<{ settings: ConnectionSettings; close: () => Promise<void> }> {
  if (server.kind === 'running') {
    return { settings: server.settings, close: () => Promise.resolve() };
  }
  const embedded = await startEmbedded(server, emit);
  const { host, port } = embedded;
  return {
    settings: { ...server.settings, hosts: [{ host, port }] },
    close: () => embedded.stop(),
  };
}

async function startEmbedded(
  { directory, settings }: Extract<Server, { kind: 'embedded' }>,
  emit: Emit,
): Promise<EmbeddedPostgres> {
  const { startEmbeddedPostgres } = await import('../embedded/start.js');
  const { user, database } = settings;
  const password = await settings.readPassword({ host: 'localhost', port: usualPort }, database);
  return startEmbeddedPostgres({
    directory,
    user,
    password: password ?? user,
    preferredPort: usualPort,
    onEvent: (event: EmbeddedEvent) => {
      emit(describeEmbedded(event, { user, database }));
    },
  });
}

const usualPort = 5432;

/** Before a server is started for nothing: throws `SourceMissing` when the directory is not there. */
export async function assertSource({ directory }: SourceConfig, { kind }: Server): Promise<void> {
  if (kind !== 'embedded') return;
  const { assertDirectory } = await import('../source/read-source.js');
  assertDirectory(directory);
}

/** The source port over a directory. `reserved`: the history's schema, which no migration may be filed under. */
export function openSource(config: SourceConfig, historySchema: string): Source {
  const { directory, origin, schemas } = config;
  return {
    directory,
    origin,
    read: async () => {
      const { readSource } = await import('../source/read-source.js');
      return readSource(directory, { schemas, reserved: [historySchema] });
    },
  };
}

export async function openSourceWatch(
  directory: string,
  rescanMs: number,
  emit: Emit,
): Promise<SourceWatch> {
  const { watchSource } = await import('../source/watch-source.js');
  const onWarning = (reason: string): void => {
    emit({ kind: 'watch-lost', directory, reason });
  };
  return watchSource(directory, { rescanMs, onWarning });
}

export async function isMounted(directory: string): Promise<boolean> {
  const { readGeneration } = await import('../source/mount.js');
  return readGeneration(directory) !== null;
}

export async function openSqlReader(): Promise<SqlReader> {
  const { createSqlReader } = await import('../sql/read-sql.js');
  const { loadGrammar } = await import('../sql/grammar.js');
  const load: typeof loadGrammar = () => {
    keepGrammarSmall();
    return loadGrammar();
  };
  return createSqlReader({ load });
}

export interface OpenHealthServer extends HealthConfig {
  /** Which command needs the port. */
  readonly owner: string;
  readonly answers: Pick<HealthServerOptions, 'pulse' | 'check' | 'metrics' | 'view'>;
  readonly emit: Emit;
}

export async function openHealthServer({
  answers: { pulse, check, metrics, view },
  emit,
  ...options
}: OpenHealthServer): Promise<HealthServer> {
  const { startHealthServer } = await import('../http/health-server.js');
  const onBug = (error: unknown): void => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    emit({ kind: 'warning', message: `a bug in pgm while it answered over HTTP: ${text}` });
  };
  const version = packageVersion();
  return startHealthServer({ ...options, pulse, check, metrics, view, version, onBug });
}

export type { Metrics } from '../http/metrics/metrics.js';

/** What a scrape gets. */
export type MetricsText = Awaited<ReturnType<Metrics['text']>>;

export async function openMetrics(
  options: Omit<MetricsOptions, 'version' | 'nodeVersion'>,
): Promise<Metrics> {
  const { createMetrics } = await import('../http/metrics/metrics.js');
  return createMetrics({
    ...options,
    version: packageVersion(),
    nodeVersion: process.versions.node,
  });
}

/** The snapshot of a source together with the bytes of its files. Throws `SourceMissing`. */
export async function copySource(config: SourceConfig, historySchema: string): Promise<Copies> {
  const { readCopies } = await import('../kubernetes/read-copies.js');
  return readCopies(openSource(config, historySchema));
}

export async function parseConfigMaps(text: string, origin: string): Promise<FoundConfigMap[]> {
  const configMaps = await import('../kubernetes/parse-configmaps.js');
  return configMaps.parseConfigMaps(text, origin);
}

/** Before anything is read or written: throws `ConfigurationError` when one of the places lies in another. */
export async function assertApart(places: Places): Promise<void> {
  const overlap = await import('../kubernetes/overlap.js');
  overlap.assertApart(places);
}

export async function prepareTree(options: PrepareTree): Promise<Prepared> {
  const tree = await import('../kubernetes/prepare-tree.js');
  return tree.prepareTree(options);
}

/** Asks a health server once. Never rejects. */
export async function askHealth(question: Question): Promise<Reply> {
  const { ask } = await import('../http/ask.js');
  return ask(question);
}
