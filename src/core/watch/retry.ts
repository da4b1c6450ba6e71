import type { MigrationFailure } from '../failure/failure.js';
import type { MigrationKey } from '../files/migration.js';
import type { MigrationStanding } from '../run/compare.js';
import type { Backoff } from './backoff.js';

/** A file that failed by its own fault. Times are milliseconds of the monotonic clock. */
export interface FailedFile {
  /** Of the content that failed. */
  readonly checksum: string;
  /** How many times in a row. */
  readonly tries: number;
  /** When to try it again, if nothing changes before then. */
  readonly nextAt: number;
}

/** The files that failed by their own fault, by key. */
export type FailedFiles = ReadonlyMap<MigrationKey, FailedFile>;

/** For a failure with a cause outside the file: a lock, a full disk. It may pass at any time. */
export const outsideBackoff: Backoff = { firstMs: 15_000, mostMs: 60_000 };

const minuteMs = 60_000;
const mostMinutes = 10;

/** Milliseconds to the next try of a file after this many failures in a row by its own fault: 1, 2, 4, 8, 10, 10 … minutes. */
export function ownWaitMs(tries: number): number {
  return Math.min(mostMinutes, 2 ** (tries - 1)) * minuteMs;
}

/** Classes of SQLSTATE whose cause is outside the file: connections, conflicts, resources, operators and the system. */
const outside: ReadonlySet<string> = new Set(['08', '40', '53', '55', '57', '58']);

/** Whether the file will most likely fail again until it is edited; files that pgm refuses are among these. */
export function isOwnFault({ sqlstate }: Pick<MigrationFailure, 'sqlstate'>): boolean {
  return sqlstate === null || !outside.has(sqlstate.slice(0, 2));
}

/** The file after a try of this content failed by its own fault at `now`. */
export function afterFailure(
  before: FailedFile | undefined,
  checksum: string,
  now: number,
): FailedFile {
  const tries = before?.checksum === checksum ? before.tries + 1 : 1;
  return { checksum, tries, nextAt: now + ownWaitMs(tries) };
}

/**
 * Whether this content is not to be tried at `now`. Files that failed one after another in one run are retried
 * together: the last tenth of a wait may be skipped.
 */
export function isLeftAlone(file: FailedFile | undefined, checksum: string, now: number): boolean {
  if (file?.checksum !== checksum) return false;
  return now < file.nextAt - ownWaitMs(file.tries) / 10;
}

/** The same files, each to be tried at once; how often they have failed is kept. */
export function dueAtOnce(files: FailedFiles): FailedFiles {
  return new Map([...files].map(([key, file]) => [key, { ...file, nextAt: -Infinity }]));
}

/** What is still failed after a run, and when to run again for that. */
export interface Left {
  readonly failed: FailedFiles;
  /** When the first that failed by its own fault is tried again; null if there is none. */
  readonly nextAt: number | null;
  /** Something waits for what may pass at any time. */
  readonly isOutside: boolean;
}

export function leftAfter(files: FailedFiles, statuses: readonly MigrationStanding[]): Left {
  const failed = new Map<MigrationKey, FailedFile>();
  let others = 0;
  for (const { key, state, migration } of statuses) {
    // A file that cannot even be read is not tried.
    if (state !== 'failed' || migration === null) continue;
    const file = files.get(key);
    if (file?.checksum === migration.checksum) failed.set(key, file);
    else others += 1;
  }
  const held = statuses.some(({ state }) => state === 'held');
  const times = [...failed.values()].map(({ nextAt }) => nextAt);
  return {
    failed,
    nextAt: times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b)),
    // A held file waits for a failed one, or else for one that another runner has to apply.
    isOutside: others > 0 || (held && failed.size === 0),
  };
}
