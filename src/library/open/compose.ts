import { accessSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, hostname, userInfo } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionSettings } from '../../core/connection/connection.js';
import { Interrupted, SourceMissing } from '../../core/errors.js';
import type { Emit } from '../../core/events.js';
import type { Snapshot } from '../../core/files/migration.js';
import type { Clock, Database, Source, SqlReader } from '../../core/ports.js';
import type { CatalogKeeper, KeeperOptions, KeeperPorts } from '../../operations/drift/keeper.js';
import type { Server, ServerConfig } from '../connection/choose-server.js';
import type { SourceConfig } from './source-config.js';

/** What every run needs. Adapters are imported when first needed, so that every command starts quickly. */

/** Lends the database port on a running server, or on an embedded one that is started before and stopped after `work`. */
export async function withDatabase<T>(
  { server, historySchema }: Pick<ServerConfig, 'server' | 'historySchema'>,
  emit: Emit,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const open = async (settings: ConnectionSettings): Promise<Database> => {
    const { openDatabase } = await import('../../db/database.js');
    return openDatabase({ settings, historySchema, runner: thisRunner() });
  };
  if (server.kind === 'running') return work(await open(server.settings));
  const { startEmbedded } = await import('./embedded.js');
  const embedded = await startEmbedded(server, emit);
  try {
    return await work(await open(embedded.settings));
  } finally {
    await embedded.stop();
  }
}

/** Throws `SourceMissing` if the directory does not exist, before an embedded server is started. */
export async function assertSource(config: SourceConfig, { kind }: Server): Promise<void> {
  if (kind !== 'embedded') return;
  const { assertDirectory } = await import('../../source/read-source.js');
  try {
    assertDirectory(config.directory);
  } catch (error) {
    throw asChosen(error, config);
  }
}

/** A directory that nobody typed on this command line: the message says why it is this one. */
function asChosen(error: unknown, { origin, reason }: SourceConfig): unknown {
  if (!(error instanceof SourceMissing) || ['flag --dir', 'dir'].includes(origin)) return error;
  return new SourceMissing(error.directory, `${error.message} (${reason})`);
}

/** The source port over a directory. `reserved`: the history's schema, which migrations may not use. */
export function openSource(config: SourceConfig, historySchema: string): Source {
  const { directory, origin, schemas } = config;
  return {
    directory,
    origin,
    read: async () => {
      const { readSource } = await import('../../source/read-source.js');
      try {
        return await readSource(directory, { schemas, reserved: [historySchema] });
      } catch (error) {
        throw asChosen(error, config);
      }
    },
  };
}

/** Reads a source once, and reports what is in it. Throws `SourceMissing`. */
export async function readFiles(
  config: { readonly source: SourceConfig; readonly historySchema: string },
  emit: Emit,
): Promise<Snapshot> {
  const source = openSource(config.source, config.historySchema);
  const snapshot = await source.read();
  emit({ kind: 'source-read', directory: source.directory, snapshot });
  return snapshot;
}

export async function openSqlReader(): Promise<SqlReader> {
  const { createSqlReader } = await import('../../sql/read-sql.js');
  return createSqlReader();
}

/**
 * The version of this package, as package.json says. Found by the package's name, so that it does not matter where this file
 * is.
 */
export function packageVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('postgres-manager/package.json');
  return (manifest as { version: string }).version;
}

/** How this process appears on the server and in the history. */
export function thisRunner(): { readonly version: string; readonly host: string } {
  return { version: packageVersion(), host: hostname() };
}

/** Opens what keeps the catalog after runs; null if nothing is kept. */
export async function openKeeper(
  ports: KeeperPorts,
  options: KeeperOptions,
): Promise<CatalogKeeper | null> {
  if (options.timeoutMs === 0) return null;
  const keeper = await import('../../operations/drift/keeper.js');
  return new keeper.CatalogKeeper(ports, options);
}

/** The machine's clock behind the `Clock` port. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallMs: () => Date.now(),
  random: () => Math.random(),
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch {
      throw new Interrupted();
    }
  },
};

/**
 * The file system of this machine, for a few small files that the start waits for. Synchronous, because `node:fs/promises`
 * takes milliseconds to load and its first call starts four threads.
 */
export const diskFiles = {
  exists: (path: string): Promise<boolean> => promised(() => isThere(path)),
  readFile: (path: string): Promise<string> => promised(() => readFileSync(path, 'utf8')),
  fileMode: (path: string): Promise<number> => promised(() => statSync(path).mode & 0o777),
};

/** Rejects with what `ask` throws. */
function promised<T>(ask: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(ask());
  });
}

function isThere(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}

/** In a container the user may have no entry in the password file. */
export function userName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}

/** Empty if there is none: HOME is not set, and the user has no entry in the password file. */
export function homeDirectory(): string {
  try {
    return homedir();
  } catch {
    return '';
  }
}
