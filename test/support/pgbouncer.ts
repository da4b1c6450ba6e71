import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { freePort } from './http.js';
import { openDirectory } from './server-setup.js';
import { testServer, type TestServer } from './server.js';

/** Where Debian and others put it; the last is in no ordinary user's PATH. */
const places = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

/** The path of the program `pgbouncer`, or null. */
export function findPgBouncer(): string | null {
  const found = places.filter((place) => place !== '').map((place) => join(place, 'pgbouncer'));
  return found.find((path) => existsSync(path)) ?? null;
}

export interface PgBouncer {
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * A PgBouncer in transaction mode before `server`, for its superuser and every database. Rejects with what it printed when
 * it does not come up.
 */
export async function startPgBouncer(
  program: string,
  server: TestServer = testServer(),
): Promise<PgBouncer> {
  const directory = await openDirectory();
  const host = '127.0.0.1';
  const port = await freePort();
  const users = join(directory, 'users.txt');
  const settings = join(directory, 'pgbouncer.ini');
  await writeFile(users, `"${server.user}" "${server.password}"\n`);
  await writeFile(settings, settingsOf(server, { host, port, users }));
  // It refuses to be root, and takes a user to become instead.
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn(program, [...user, settings], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'close');
  try {
    await isUp(child);
  } catch (error) {
    await rm(directory, { recursive: true });
    throw error;
  }
  return {
    host,
    port,
    stop: async () => {
      // Now, not when its clients are gone.
      child.kill('SIGTERM');
      await ended;
      await rm(directory, { recursive: true });
    },
  };
}

interface Listening {
  readonly host: string;
  readonly port: number;
  readonly users: string;
}

function settingsOf(server: TestServer, { host, port, users }: Listening): string {
  return `[databases]
* = host=${server.host} port=${server.port}
[pgbouncer]
listen_addr = ${host}
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
`;
}

/** Settles when it listens, which it says on stderr. */
async function isUp(child: ChildProcess): Promise<void> {
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.includes('process up')) resolve();
    });
    child.once('error', reject);
    child.once('close', () => {
      reject(new Error(`pgbouncer did not come up:\n${printed}`));
    });
  });
}
