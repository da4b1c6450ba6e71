import { accessSync, readFileSync, statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { Interrupted } from '../../core/errors.js';
import type { Clock } from '../../core/ports.js';

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
 * The file system of this machine, for a few small files that everything waits for. Synchronous, because `node:fs/promises`
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

/** Empty where there is none: HOME is not set, and the user has no entry in the password file. */
export function homeDirectory(): string {
  try {
    return homedir();
  } catch {
    return '';
  }
}

/**
 * For a daemon that is idle for months next to a database: small code rather than fast code. With 300 files and 120 swaps
 * 92 MiB at most instead of 115, where the manifests allow 128. To be called before much is loaded.
 */
export function keepCodeSmall(): void {
  setFlagsFromString('--optimize-for-size');
}
