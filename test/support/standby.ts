import { execFile } from 'node:child_process';
import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { EmbeddedPostgres } from '../../src/core/embedded.js';
import { startEmbeddedPostgres } from '../../src/embedded/start.js';
import { placeForData } from './data-place.js';
import { freePort } from './http.js';
import { asAdmin, type OwnServer, type TestServer } from './server.js';
import { openDirectory, packageFor, superuser } from './server-setup.js';

/** A server that repeats what its primary does, and can be read meanwhile. */
export interface Standby extends TestServer {
  /** Makes it a primary; settles when it can be written to. */
  promote(): Promise<void>;
  /** With the same data and role; `settings` replace those it has. */
  restart(settings: Readonly<Record<string, string>>): Promise<void>;
  remove(): Promise<void>;
}

/** Copies the data of `primary`, which is stopped for that and runs again afterwards, and streams from it. */
export async function startStandby(primary: OwnServer): Promise<Standby> {
  const home = await openDirectory(await placeForData());
  const directory = join(home, 'kept');
  await primary.stop('fast');
  await copyWithOwners(primary.directory, directory);
  await primary.restart();
  await follow(primary, join(directory, 'data'));
  const packageName = await packageFor(primary.version);
  const start = (preferredPort: number, settings: Readonly<Record<string, string>>) =>
    startEmbeddedPostgres({
      ...superuser,
      directory,
      packageName,
      preferredPort,
      settings: { fsync: 'off', ...settings },
    });
  let running: EmbeddedPostgres = await start(await freePort(), {});
  const { host, port } = running;
  const server = { ...superuser, host, port, version: primary.version };
  return {
    ...server,
    promote: () => asAdmin(promoted, server),
    restart: async (settings) => {
      await running.stop();
      running = await start(port, settings);
    },
    remove: async () => {
      await running.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function copyWithOwners(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', from, to]);
}

/** The signal file is a copy too: the server, which may be somebody else than we are, has to own it. */
async function follow({ host, port, user, password }: TestServer, data: string): Promise<void> {
  await copyWithOwners(join(data, 'PG_VERSION'), join(data, 'standby.signal'));
  const way = `host=${host} port=${String(port)} user=${user} password=${password}`;
  const lines = [`primary_conninfo = '${way}'`, "wal_retrieve_retry_interval = '100ms'"];
  await appendFile(join(data, 'postgresql.auto.conf'), `${lines.join('\n')}\n`);
}

async function promoted(sql: Parameters<Parameters<typeof asAdmin>[0]>[0]): Promise<void> {
  const [row] = await sql`select pg_promote() as done`;
  if (row?.['done'] !== true) throw new Error('the standby was not promoted in time');
}
