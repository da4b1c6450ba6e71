import { resolve } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { templateName } from '../core/clones/template-name.js';
import { keptMinutes } from '../core/clones/clones.js';
import { ConfigurationError } from '../core/errors.js';
import { applyAll } from './apply-all.js';
import { type SourceOptions, version } from './compose.js';
import type { Keep, TestDatabaseOptions } from './options.js';
import { SharedServers } from './shared-servers.js';
import { currentSnapshot } from './snapshots.js';
import { surroundings } from './surroundings.js';
import { hasFailed, whenOver } from './test-context.js';
import type { TestServer } from './test-server.js';

/** A database of one test's own, with everything applied. */
export interface MigratedDatabase extends AsyncDisposable {
  /** `postgresql://user:password@host:port/database` */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Empty where the server asks for none. */
  readonly password: string;
  readonly database: string;
  /** Says that the test failed, for `keep: 'on-failure'`, where no `test` was passed. */
  failed(): void;
  /** Drops it, unless it is to be kept; whoever is still connected to it is thrown out. Calling it twice drops it once. */
  drop(): Promise<void>;
}

const servers = new SharedServers();

/**
 * Makes a database with everything in `dir` applied, on a real server: the first call of a test run starts that and applies
 * the files, every other copies what the first one made. It does not keep the process alive.
 *
 * Throws `FilesFailed` (a file fails: its place, the line and what to do are in the message), `SourceMissing`,
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

/** The same for the length of `use`, which fails if the test does: for runners that pass no context. */
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

/** The connections do not keep the process alive; while somebody waits for them, this does. */
async function whileAwake<T>(work: () => Promise<T>): Promise<T> {
  const awake = setInterval(() => undefined, 60_000);
  try {
    return await work();
  } finally {
    clearInterval(awake);
  }
}

interface Own {
  readonly server: TestServer;
  readonly name: string;
  readonly keep: Keep;
  readonly leave: () => void;
}

class OwnDatabase implements MigratedDatabase {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly #own: Own;
  #test: TestDatabaseOptions['test'];
  #endsWithTest = false;
  #hasFailed = false;
  #ended: Promise<void> | null = null;

  constructor(own: Own) {
    const { address } = own.server;
    const [first] = address.hosts;
    this.url = own.server.urlOf(own.name);
    this.host = first?.host ?? '';
    this.port = first?.port ?? 0;
    this.user = address.user;
    this.password = address.password ?? '';
    this.database = own.name;
    this.#own = own;
  }

  /** The end of the test is its end. */
  follow(test: TestDatabaseOptions['test']): void {
    this.#test = test;
    if (test === undefined) return;
    this.#endsWithTest = whenOver(test, (failed) => {
      this.#hasFailed ||= failed;
      return this.drop();
    });
  }

  failed(): void {
    this.#hasFailed = true;
  }

  drop(): Promise<void> {
    return (this.#ended ??= whileAwake(() => this.#end()));
  }

  /** Before the end of the test nobody knows whether it fails. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#endsWithTest || this.#own.keep === 'never') await this.drop();
  }

  async #end(): Promise<void> {
    const { server, name, leave } = this.#own;
    try {
      // With the server everything on it is gone.
      if (server.isLost()) return;
      if (this.#isToBeKept()) await this.#keep();
      else await server.clones.drop(name);
    } finally {
      leave();
    }
  }

  async #keep(): Promise<void> {
    const { server, name } = this.#own;
    await server.keep(name);
    surroundings.print(
      `postgres-manager: kept for ${keptMinutes} minutes: ${server.printable(name)}`,
    );
  }

  #isToBeKept(): boolean {
    const { keep } = this.#own;
    if (this.#test !== undefined) this.#hasFailed ||= hasFailed(this.#test);
    return keep === 'always' || (keep === 'on-failure' && this.#hasFailed);
  }
}
