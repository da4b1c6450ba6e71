import { readdirSync, readFileSync } from 'node:fs';
import { memoryOf } from './sidecar.js';

/** What a process holds. */
export interface Footprint {
  readonly descriptors: number;
  /** inotify watches, over all its instances. */
  readonly watches: number;
  readonly residentMiB: number;
  /** The most it ever was. */
  readonly peakMiB: number;
}

/** Read from /proc, so on Linux only. Throws when there is no such process. */
export function footprintOf(pid: number): Footprint {
  const { nowMiB, peakMiB } = memoryOf(pid);
  const descriptors = readdirSync(`/proc/${pid}/fd`);
  const watches = descriptors.map((descriptor) => watchesOf(pid, descriptor));
  return {
    descriptors: descriptors.length,
    watches: watches.reduce((sum, count) => sum + count, 0),
    residentMiB: nowMiB,
    peakMiB,
  };
}

/** 0 for what is no inotify instance, or is closed meanwhile. */
function watchesOf(pid: number, descriptor: string): number {
  try {
    const text = readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, 'utf8');
    return text.split('\n').filter((line) => line.startsWith('inotify ')).length;
  } catch {
    return 0;
  }
}
