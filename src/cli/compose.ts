import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import type { ConnectionSettings } from '../core/connection/connection.js';
import type { EmbeddedEvent, EmbeddedPostgres } from '../core/embedded.js';
import type { Emit } from '../core/events.js';
import type { FoundContents } from '../core/proof/live-base.js';
import type { ProofDatabase } from '../core/proof/proof-database.js';
import type { Database, Source, SourceWatch, SqlReader } from '../core/ports.js';
import type { HealthServerOptions, HealthServer } from '../http/health-server.js';
import type { Metrics, MetricsOptions } from '../http/metrics/metrics.js';
import type { Copies } from '../kubernetes/read-copies.js';
import type { CommittedSource } from '../source/git/read-commit.js';
import type { SourceConfig } from './config/resolve-migrations.js';
import type { Server, ServerConfig } from './config/server/resolve-server.js';
import { describeEmbedded } from './render/words/embedded.js';

/** The one place that knows the adapters. Each is imported when it is first needed, so that every command starts quickly. */

/** Lends the database port on a running server, or on an embedded one that is started before and ended after `work`. */
export async function withDatabase<T>(
  { server, historySchema }: Pick<ServerConfig, 'server' | 'historySchema'>,
  emit: Emit,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const open = async (settings: ConnectionSettings): Promise<Database> => {
    const { openDatabase } = await import('../db/database.js');
    const runner = { version: packageVersion(), host: hostname() };
    return openDatabase({ settings, historySchema, runner });
  };
  if (server.kind === 'running') return work(await open(server.settings));
  const embedded = await startEmbedded(server, emit);
  try {
    const { host, port } = embedded;
    return await work(await open({ ...server.settings, hosts: [{ host, port }] }));
  } finally {
    await embedded.stop();
  }
}

/** Lends what makes the database for a proof: on a running server, or on an embedded one that is ended after `work`. */
export async function withProof<T>(
  { server, historySchema, lockTimeoutMs, roles }: ProofConfig,
  emit: Emit,
  work: (openProof: () => Promise<ProofDatabase>) => Promise<T>,
): Promise<T> {
  const opening = async (settings: ConnectionSettings, name: string | null) => {
    const { openProof } = await import('../db/proof/open-proof.js');
    const runner = { version: packageVersion(), host: hostname() };
    return () => openProof({ settings, runner, historySchema, lockTimeoutMs, name, roles });
  };
  if (server.kind === 'running') return work(await opening(server.settings, null));
  const embedded = await startEmbedded(server, emit);
  try {
    const { host, port } = embedded;
    const settings = { ...server.settings, hosts: [{ host, port }] };
    return await work(await opening(settings, settings.database));
  } finally {
    await embedded.stop();
  }
}

interface ProofConfig {
  readonly server: Server;
  readonly historySchema: string;
  readonly lockTimeoutMs: number;
  readonly roles: readonly string[];
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

/** Throws `SourceMissing` if the directory does not exist, before an embedded server is started. */
export async function assertSource({ directory }: SourceConfig, { kind }: Server): Promise<void> {
  if (kind !== 'embedded') return;
  const { assertDirectory } = await import('../source/read-source.js');
  assertDirectory(directory);
}

/** The source port over a directory. `reserved`: the history's schema, which migrations may not use. */
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

/** What a source was in a commit of git. Throws `SourceMissing`. */
export async function readCommit(
  { directory, schemas }: SourceConfig,
  commit: string,
  historySchema: string,
): Promise<CommittedSource> {
  const { readCommit: read } = await import('../source/git/read-commit.js');
  return read(directory, commit, { schemas, reserved: [historySchema] });
}

/** Looks for texts of files in what was committed to git, by their checksums. */
export async function findContents(
  { directory }: SourceConfig,
  checksums: readonly string[],
): Promise<FoundContents> {
  const { findContents: find } = await import('../source/git/find-contents.js');
  return find(directory, checksums);
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
  const { readGenerations } = await import('../source/read-source.js');
  return readGenerations(directory) !== '';
}

export async function openSqlReader(): Promise<SqlReader> {
  const { createSqlReader } = await import('../sql/read-sql.js');
  return createSqlReader();
}

export async function openHealthServer(
  options: Omit<HealthServerOptions, 'version' | 'onBug'>,
  emit: Emit,
): Promise<HealthServer> {
  const { startHealthServer } = await import('../http/health-server.js');
  const onBug = (error: unknown): void => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    emit({ kind: 'warning', message: `a bug in pgm while answering over HTTP: ${text}` });
  };
  return startHealthServer({ ...options, version: packageVersion(), onBug });
}

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

/** What only one command uses. */
export const adapters = {
  ask: () => import('../http/ask.js'),
  grammar: () => import('../sql/grammar/open-grammar.js'),
  targets: () => import('../source/targets/read-targets.js'),
  names: () => import('../db/read-names.js'),
  linter: () => import('../lint/open-linter.js'),
  liveSchema: () => import('../db/live-schema.js'),
  subPath: () => import('../source/find-sub-path.js'),
  overlap: () => import('../kubernetes/overlap.js'),
  readFolder: () => import('../source/read-folder.js'),
  writeTree: () => import('../source/write-tree.js'),
  parseConfigMaps: () => import('../kubernetes/parse-configmaps.js'),
  writableTree: () => import('../source/writable-tree.js'),
  prepareTree: () => import('../kubernetes/prepare-tree.js'),
};

/** The version of this package, as package.json says. Found by the package's name, so that it does not matter where this file lies. */
export function packageVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('postgres-manager/package.json');
  return (manifest as { version: string }).version;
}
