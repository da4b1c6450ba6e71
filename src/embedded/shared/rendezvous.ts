import { hash } from 'node:crypto';
import { lstat, mkdir, readdir, readlink, rm, rmdir, symlink } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { EmbeddedUnavailable, errnoOf } from '../../core/errors.js';
import { findProcess } from '../process/processes.js';
import { unlessMissing } from '../process/missing.js';

/** Where processes that want the same server meet: a directory that only this user can enter. */
export interface Rendezvous {
  readonly directory: string;
  /** The keeper listens here as long as its server runs. */
  readonly socket: string;
  /** A link whose target is the pid of the process that is starting a keeper. */
  readonly lock: string;
}

/** The same words give the same place, which need not exist yet. */
export function rendezvousOf(words: readonly string[]): Rendezvous {
  const { uid } = userInfo();
  const temporary = Buffer.byteLength(tmpdir()) > mostBytes ? '/tmp' : tmpdir();
  const directory = join(temporary, `pgm-testing-${uid}`);
  const name = hash('sha256', JSON.stringify(words), 'hex').slice(0, 16);
  const path = join(directory, name);
  return { directory, socket: `${path}.sock`, lock: `${path}.lock` };
}

/** The path of a socket has 103 bytes at most, and a keeper's own has its pid at the end until it listens. */
const mostBytes = 103 - '/pgm-testing-4294967295/0123456789abcdef.sock.4194304'.length;

/** Creates the directory if it is missing. Throws `EmbeddedUnavailable` if others could meet us there. */
export async function openRendezvous({ directory }: Rendezvous): Promise<void> {
  await mkdir(directory, { mode: 0o700 }).catch((error: unknown) => {
    if (errnoOf(error) !== 'EEXIST') throw error;
  });
  const found = await unlessMissing(lstat(directory));
  if (found === null) return;
  const isOurs = found.isDirectory() && found.uid === userInfo().uid;
  if (isOurs && (found.mode & 0o077) === 0) return;
  throw new EmbeddedUnavailable(
    `${directory} is not a directory that only you can enter, so pgm shares no server there. ` +
      'Find out who created it and remove it, or set TMPDIR to a directory of your own.',
  );
}

/** A lock older than this is left over: another process has its pid by now. No start takes as long. */
const longestStartMs = 180_000;

/** True if it is ours now. One whose process is gone is removed; then the next try may have it. */
export async function takeLock({ lock }: Rendezvous, pid: number): Promise<boolean> {
  try {
    await symlink(String(pid), lock);
    return true;
  } catch (error) {
    const code = errnoOf(error);
    // The last keeper has just removed the directory; the next try creates it again.
    if (code === 'ENOENT') return false;
    if (code !== 'EEXIST') throw error;
  }
  if (await isStale(lock)) await rm(lock, { force: true });
  return false;
}

async function isStale(lock: string): Promise<boolean> {
  const owner = await unlessMissing(readlink(lock));
  const made = await unlessMissing(lstat(lock));
  if (owner === null || made === null) return false;
  return Date.now() - made.mtimeMs > longestStartMs || (await findProcess(Number(owner))) === null;
}

/** Connects to the socket `path`; null when nobody listens there (any more). */
export function reach(path: string): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      // A keeper that was killed: 'close' follows.
      socket.on('error', () => undefined);
      resolve(socket);
    });
    socket.once('error', (error) => {
      const isNobody = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET'].includes(errnoOf(error) ?? '');
      if (isNobody) resolve(null);
      else reject(error);
    });
  });
}

/** Removes what killed processes left in the directory, and the directory itself if nothing is left in it. */
export async function tidy(directory: string): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    const path = join(directory, name);
    if (name.endsWith('.lock') ? await isStale(path) : await isDead(path)) {
      await rm(path, { force: true });
    }
  }
  await rmdir(directory).catch(() => undefined);
}

async function isDead(path: string): Promise<boolean> {
  const socket = await reach(path).catch(() => null);
  socket?.destroy();
  return socket === null;
}
