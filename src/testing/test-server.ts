import { readFile } from 'node:fs/promises';
import { type Clones, keptMinutes } from '../core/clones/clones.js';
import { parseServerAddress, type ServerAddress, urlOf } from '../core/clones/server-address.js';
import type { ConnectionSettings } from '../core/connection/connection.js';
import { ConfigurationError, Transient } from '../core/errors.js';
import { sqlstates } from '../core/failure/sqlstates.js';
import { holdServer, openClones } from './compose.js';
import type { EmbeddedServerOptions } from './options.js';
import { ClonesAhead } from './spare.js';
import { surroundings } from './surroundings.js';

/** The server on which this process makes its databases. */
export interface TestServer {
  readonly address: ServerAddress;
  readonly clones: Clones;
  urlOf(database: string): string;
  /** The same in a form that may be printed. */
  printable(database: string): string;
  settingsOf(database: string): ConnectionSettings;
  /** What to do about an extension that this server does not have. */
  adviceOnExtensions(): Promise<string>;
  /** What went wrong, with what to do about it on this server. */
  explained(error: unknown): unknown;
  keep(database: string): Promise<void>;
  isLost(): boolean;
  close(): Promise<void>;
}

/** Where a test server is; null for the embedded one. */
export function givenAddress(url: string | undefined): ServerAddress | null {
  const variable = 'PGM_TEST_DATABASE_URL';
  const text = url ?? surroundings.variable(variable);
  if (text === undefined) return null;
  const parsed = parseServerAddress(text);
  if (parsed.kind === 'accepted') return parsed.value;
  const origin = url === undefined ? variable : 'databaseUrl';
  throw new ConfigurationError([`${origin}: ${parsed.reason}`]);
}

/** Connects to a server that was started elsewhere. Throws `Transient`, `Refused`. */
export async function openGiven(address: ServerAddress): Promise<TestServer> {
  const clones = await openClones(settingsFor(address, address.database));
  return {
    address,
    clones,
    urlOf: (database) => urlOf(address, database, address.password),
    // Its password is a user's secret.
    printable: (database) => urlOf(address, database, null),
    settingsOf: (database) => settingsFor(address, database),
    adviceOnExtensions: () =>
      Promise.resolve('The server of the tests does not have it: install it there.'),
    explained: (error) => error,
    keep: (database) => clones.keep(database),
    isLost: () => clones.isLost(),
    close: () => clones.close(),
  };
}

/** Joins the embedded server, or starts it. Throws `EmbeddedUnavailable`, `Transient`. */
export async function openEmbedded(options: EmbeddedServerOptions): Promise<TestServer> {
  const server = await holdServer(options, keptMinutes * 60_000);
  const { host, port, user, password } = server;
  const address: ServerAddress = {
    hosts: [{ host, port }],
    user,
    password,
    database: null,
    sslMode: 'disable',
    rootCertificate: null,
  };
  // Drivers need not be told that it has no TLS.
  const plain: ServerAddress = { ...address, sslMode: 'prefer' };
  const urlOfDatabase = (database: string): string => urlOf(plain, database, password);
  const opened = await openClones(settingsFor(address, null)).catch((error: unknown) => {
    server.release();
    throw error;
  });
  const clones = new ClonesAhead(opened);
  return {
    address,
    clones,
    urlOf: urlOfDatabase,
    // Its password was made up for this server, goes with it, and opens nothing else.
    printable: urlOfDatabase,
    settingsOf: (database) => settingsFor(address, database),
    adviceOnExtensions: async () =>
      `The embedded PostgreSQL ${server.version} has only ${(await clones.extensions()).join(', ')}. ` +
      'Set PGM_TEST_DATABASE_URL to a server that has the one you need, such as a container of its image.',
    explained: (error) => onFullDisk(error, server.directory),
    keep: (database) => clones.keep(database).then(() => server.noteKept()),
    isLost: () => server.isLost() || clones.isLost(),
    close: async () => {
      await clones.close();
      server.release();
    },
  };
}

function onFullDisk(error: unknown, directory: string): unknown {
  if (!(error instanceof Transient) || error.code !== sqlstates.diskFull) return error;
  return new Transient(
    `${error.message}; the test server has its data in ${directory}: make room there, drop databases before creating others, ` +
      'or name a larger directory (embedded.directory)',
    error.code,
    { cause: error },
  );
}

const given = 'databaseUrl or PGM_TEST_DATABASE_URL';

function settingsFor(address: ServerAddress, database: string | null): ConnectionSettings {
  const { hosts, user, password, sslMode, rootCertificate } = address;
  const first = address.database === null ? [] : [address.database];
  return {
    hosts,
    user,
    database: database ?? 'postgres',
    maintenanceDatabases: [...first, 'postgres', 'template1'],
    tls: {
      mode: sslMode,
      readMaterial: async () => ({
        ca: rootCertificate === null ? null : await readFile(rootCertificate, 'utf8'),
        cert: null,
        key: null,
        keyPassphrase: null,
      }),
    },
    connectTimeoutSeconds: 10,
    origins: { user: given, password: `${given} or PGPASSWORD`, server: given },
    readPassword: () => Promise.resolve(password ?? surroundings.variable('PGPASSWORD') ?? null),
  };
}
