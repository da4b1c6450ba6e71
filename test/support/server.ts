import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { expect, inject } from 'vitest';
import type { EmbeddedPostgres } from '../../src/core/embedded.js';
import { startEmbeddedPostgres } from '../../src/embedded/start.js';
import { placeForData } from './data-place.js';
import { freePort } from './http.js';
import { openDirectory, packageFor, superuser } from './server-setup.js';

/** How to reach a server as its superuser. */
export interface TestServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** `15` */
  readonly version: string;
}

export type Overrides = Partial<Pick<TestServer, 'host' | 'port' | 'user' | 'password'>>;

/** The server that all files of this project share. Nobody may stop it; for that there is `startServer`. */
export function testServer(): TestServer {
  return inject('server');
}

/** A `DATABASE_URL` for a database of the shared server, or of `server`. */
export function urlFor(
  database: string,
  overrides: Overrides = {},
  server: TestServer = testServer(),
): string {
  const { host = server.host, port = server.port } = overrides;
  const { user = server.user, password = server.password } = overrides;
  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return `postgresql://${credentials}@${host}:${port}/${encodeURIComponent(database)}`;
}

/**
 * A client with one connection, as superuser, that keeps notices to itself. Whoever asks for it ends it, or lets the
 * connection end when it was idle for so many seconds.
 */
export function connect(
  database = 'postgres',
  server: TestServer = testServer(),
  idleSeconds = 0,
): postgres.Sql {
  const { host, port, user, password } = server;
  return postgres({
    host,
    port,
    user,
    password,
    database,
    max: 1,
    idle_timeout: idleSeconds,
    fetch_types: false,
    onnotice: () => undefined,
  });
}

/** Lends a superuser's client on the maintenance database and ends it afterwards. */
export async function asAdmin<T>(
  use: (sql: postgres.Sql) => Promise<T>,
  server: TestServer = testServer(),
): Promise<T> {
  const sql = connect('postgres', server);
  try {
    return await use(sql);
  } finally {
    // Not a moment for goodbye: after a lost connection the client would wait for all of it.
    await sql.end({ timeout: 0 });
  }
}

/** A server of one test file's own, which it may stop, crash and start again. */
export interface OwnServer extends TestServer {
  /** Holds `data`, as any kept directory does. */
  readonly directory: string;
  /**
   * `smart` waits until its sessions have ended by themselves; `fast` ends them in order; `immediate` is a crash, after
   * which it recovers from its log.
   */
  stop(how: 'smart' | 'fast' | 'immediate'): Promise<void>;
  /** On the same port, with the same data; `settings` replace those it was started with. */
  restart(settings?: Readonly<Record<string, string>>): Promise<void>;
  /** Stops it for good and removes its data. */
  remove(): Promise<void>;
}

export interface OwnServerOptions {
  /** Default: the version of this project. */
  readonly version?: string;
  readonly settings?: Readonly<Record<string, string>>;
}

/** Copies a data directory that was initialised once a project and starts a server on it, on a port of its own. */
export async function startServer(options: OwnServerOptions = {}): Promise<OwnServer> {
  const { version = testServer().version, settings = {} } = options;
  const packageName = await packageFor(version);
  const home = await openDirectory(await placeForData());
  const directory = join(home, 'kept');
  await copyTemplate(version, directory);
  const start = (preferredPort: number, more: Readonly<Record<string, string>>) =>
    startEmbeddedPostgres({
      ...superuser,
      directory,
      packageName,
      preferredPort,
      settings: { fsync: hasty.fsync, ...more },
    });
  // Nobody else gets this port while the server is down.
  let running: EmbeddedPostgres = await start(await freePort(), settings);
  const { host, port } = running;
  return {
    ...superuser,
    host,
    port,
    version,
    directory,
    stop: async (how) => {
      if (how === 'immediate') await signal(directory, 'SIGQUIT');
      if (how === 'smart') await stopSmart(directory);
      await running.stop();
    },
    restart: async (more = settings) => {
      running = await start(port, more);
      if (running.port !== port)
        throw new Error(`port ${port} was taken while the server was down`);
    },
    remove: async () => {
      await running.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Survives a crash of PostgreSQL, which is all these tests do; not one of the machine. */
const hasty = { fsync: 'off' };

/** Makes `directory` one that `--embedded` kept, with an initialised cluster of `superuser`: a tenth of the time of initdb. */
export async function copyTemplate(version: string, directory: string): Promise<void> {
  const template = join(inject('templates'), version);
  if (!existsSync(template)) await makeTemplate(template, await packageFor(version));
  // With owners and modes, which the server insists on.
  await promisify(execFile)('cp', ['-a', template, directory]);
}

async function makeTemplate(template: string, packageName: string): Promise<void> {
  const workshop = await openDirectory(await placeForData());
  const directory = join(workshop, 'kept');
  const first = await startEmbeddedPostgres({
    ...superuser,
    directory,
    packageName,
    preferredPort: null,
    settings: hasty,
  });
  await first.stop();
  // Another file of this project may have been faster; then ours is dropped.
  await rename(directory, template).catch((error: unknown) => {
    if (!existsSync(template)) throw error;
  });
  await rm(workshop, { recursive: true });
}

async function stopSmart(directory: string): Promise<void> {
  await signal(directory, 'SIGTERM');
  await expect.poll(() => existsSync(postmasterFile(directory))).toBe(false);
}

async function signal(directory: string, name: NodeJS.Signals): Promise<void> {
  const text = await readFile(postmasterFile(directory), 'utf8');
  process.kill(Number(text.split('\n')[0]), name);
}

/** The server's own, which it removes when it has ended. */
function postmasterFile(directory: string): string {
  return join(directory, 'data/postmaster.pid');
}
