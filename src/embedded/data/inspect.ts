import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { guardName } from '../process/guard.js';
import { unlessMissing } from '../process/missing.js';
import { parsePostmasterFile, type PostmasterFile } from '../process/postmaster.js';
import { findProcess, type RunningProcess } from '../process/processes.js';
import { clusterName } from '../process/settings.js';

/** Who uses a data directory. */
export type DataState =
  /** No data there yet. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'stopped'; readonly major: string }
  /** A live pgm runs it: the one with the pid `owner`. */
  | (PostmasterFile & { readonly kind: 'served'; readonly major: string; readonly owner: number })
  /** The pgm that ran it, `owner`, is gone, and its guard is stopping it. */
  | { readonly kind: 'ending'; readonly major: string; readonly owner: number }
  /** It was started by a pgm that is gone, together with its guard. */
  | { readonly kind: 'orphaned'; readonly major: string; readonly pid: number }
  /** It was started without pgm. */
  | { readonly kind: 'foreign'; readonly major: string; readonly pid: number };

/** Changes nothing. `data` is an absolute path. */
export async function inspectData(data: string): Promise<DataState> {
  const major = (await unlessMissing(readFile(join(data, 'PG_VERSION'), 'utf8')))?.trim();
  if (major === undefined) return { kind: 'absent' };
  const text = await unlessMissing(readFile(join(data, 'postmaster.pid'), 'utf8'));
  const file = parsePostmasterFile(text ?? '');
  const server = file === null ? null : await findProcess(file.pid);
  if (file === null || server === null || !isServerOf(server, data)) {
    return { kind: 'stopped', major };
  }
  const { pid } = file;
  if (!isOurs(server)) return { kind: 'foreign', major, pid };
  const guard = await findProcess(server.parent);
  const owner = guard === null ? null : ownerOf(guard);
  if (guard === null || owner === null) return { kind: 'orphaned', major, pid };
  return owner === guard.parent
    ? { kind: 'served', major, owner, ...file }
    : { kind: 'ending', major, owner };
}

/** The pid alone is not enough, because the system may have reused it. */
export function isServerOf({ command }: Pick<RunningProcess, 'command'>, data: string): boolean {
  return /^(.*\/)?postgres -/.test(command) && `${command} `.includes(` -D ${data} `);
}

export function isOurs({ command }: Pick<RunningProcess, 'command'>): boolean {
  return command.includes(` cluster_name=${clusterName}`);
}

/** The pid of the pgm that started this process as a guard; null when it is not a guard. */
export function ownerOf({ command }: Pick<RunningProcess, 'command'>): number | null {
  const pid = new RegExp(` ${guardName} (\\d+) `).exec(command)?.[1];
  return pid === undefined ? null : Number(pid);
}
