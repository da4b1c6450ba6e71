import { setFlagsFromString } from 'node:v8';

/** For a command that is idle for months next to a database. Call it before much is loaded, as the others here. */
export function keepDaemonSmall(): void {
  keepCodeSmall();
  keepGarbageSmall();
}

/** Small code rather than fast code: with 300 files and 120 swaps at most 92 MiB instead of 115, where the manifests allow 128. */
function keepCodeSmall(): void {
  setFlagsFromString('--optimize-for-size');
}

/**
 * V8 lets its space for young objects grow to tens of MiB in a busy moment, such as that of many files that fail, and does
 * not give it back. At its first size it is emptied more often: 3,000 files took at most 96 MiB instead of 137, for some per
 * cent more processor time. On the command line V8 takes no factor below 2.
 */
export function keepGarbageSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/**
 * For a fleet, whose targets leave garbage that is old by the time they are done: the heap may grow by a fifth between two
 * full collections. With 5,000 targets at most 114 MiB instead of 210, where 200 are allowed. As fast as without, and a
 * seventh less processor time than with small code.
 */
export function keepFleetSmall(): void {
  keepGarbageSmall();
  setFlagsFromString('--heap-growing-percent=20');
}
