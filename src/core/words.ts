import type { LockHolder } from './report.js';

/** Numbers, times and hashes as a person reads them, the same wherever they are shown. */

/** `4 ms`, `1.2 s`, `2 min 5 s`, `3 h 5 min`: as exact as a person wants it. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1 migration`, `2,000 migrations`. */
export function count(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** `12,345` */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** The first digits of a hash, enough to tell two apart. */
export function short(hash: string): string {
  return hash.slice(0, 12);
}

/** `pid 4711 (pgm/1.0.0 pod-a, user pact)` */
export function holderName({ pid, application, user }: LockHolder): string {
  return `pid ${pid} (${application === '' ? 'no application name' : application}, user ${user})`;
}
