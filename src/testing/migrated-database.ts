import { resolve } from 'node:path';
import { templateName } from '../core/clones/template-name.js';
import { ConfigurationError } from '../core/errors.js';
import { applyAll } from './apply-all.js';
import { type SourceOptions, version } from './compose.js';
import type { Keep, TestDatabaseOptions } from './options.js';
import { SharedServers } from './shared-servers.js';
import { type MigratedDatabase, OwnDatabase } from './own-database.js';
import { currentSnapshot } from './snapshots.js';
import { surroundings } from './surroundings.js';
import type { TestServer } from './test-server.js';
import { whileAwake } from './while-awake.js';

const servers = new SharedServers();

/**
 * Creates a database with everything in `dir` applied, on a real server: the first call of a test run starts the server and
 * applies the files, the others copy the first one's database. It does not keep the process alive.
 *
 * Throws `FilesFailed` (a file fails: the message has its place, the line and what to do), `SourceMissing`,
 * `ConfigurationError`, `EmbeddedUnavailable`, `Refused`, `Transient`.
 */
export async function migratedDatabase(
  options: TestDatabaseOptions = {},
): Promise<MigratedDatabase> {
  const { databaseUrl, embedded = {}, test } = options;
  const keep = options.keep ?? usualKeep();
  return whileAwake(async () => {
    const { server, leave } = await servers.enter(databaseUrl, embedded);
    try {
      const name = await makeDatabase(options, server);
      const database = new OwnDatabase({ server, name, keep, leave });
      database.follow(test);
      return database;
    } catch (error) {
      leave();
      throw server.explained(error);
    }
  });
}

/** The same for the duration of `use`, which fails if the test does: for runners that pass no context. */
export async function withMigratedDatabase<T>(
  options: TestDatabaseOptions,
  use: (database: MigratedDatabase) => Promise<T> | T,
): Promise<T> {
  const database = await migratedDatabase(options);
  try {
    return await use(database);
  } catch (error) {
    database.failed();
    throw error;
  } finally {
    await database.drop();
  }
}

function usualKeep(): Keep {
  const text = surroundings.variable('PGM_TEST_KEEP') ?? 'never';
  if (text === 'never' || text === 'on-failure' || text === 'always') return text;
  throw new ConfigurationError([`PGM_TEST_KEEP is "${text}": use never, on-failure or always`]);
}

async function makeDatabase(options: TestDatabaseOptions, server: TestServer): Promise<string> {
  const { dir = 'migrations', schemas = null, to = null, historySchema = 'pgm' } = options;
  const directory = resolve(surroundings.directory(), dir);
  const source: SourceOptions = { directory, schemas, historySchema };
  const snapshot = await currentSnapshot(source);
  const { revision } = snapshot;
  const { user } = server.address;
  const template = templateName({ revision, version, historySchema, to, user });
  return server.clones.fresh(template, (database) =>
    applyAll({
      source,
      snapshot,
      to,
      settings: server.settingsOf(database),
      onExtensionMissing: () => server.adviceOnExtensions(),
    }),
  );
}
