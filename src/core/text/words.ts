/** The result of parsing one value. `reason` says what is allowed; it is shown after `HEALTH_PORT is "abc": `. */
export type Parsed<T> =
  | { readonly kind: 'accepted'; readonly value: T }
  | { readonly kind: 'refused'; readonly reason: string };

export function accepted<T>(value: T): Parsed<T> {
  return { kind: 'accepted', value };
}

export function refused(reason: string): Parsed<never> {
  return { kind: 'refused', reason };
}

/** Numbers, durations and hashes for people, in the same format everywhere. */

/** `4 ms`, `1.2 s`, `2 min 5 s`, `3 h 5 min`: with the precision a person needs. */
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

/** The first digits of a hash, enough to distinguish two. */
export function short(hash: string): string {
  return hash.slice(0, 12);
}

/**
 * Reads `500ms`, `10s`, `2m`, `1h`, `1m30s`, or a number of seconds, as whole milliseconds. A value above zero is never
 * rounded to zero, which often means "no limit".
 */
export function parseDuration(text: string): Parsed<number> {
  if (!wellFormed.test(text)) {
    return refused(
      'use a duration such as 500ms, 10s, 2m or 1h (a number without a unit is seconds)',
    );
  }
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|s|m|h)?/g)) {
    total += Number(amount) * (milliseconds[unit ?? 's'] ?? Number.NaN);
  }
  if (total > longest) return refused('use at most 596h');
  return accepted(total > 0 ? Math.max(1, Math.round(total)) : 0);
}

const wellFormed = /^(?:\d+(?:\.\d+)?|(?:\d+(?:\.\d+)?(?:ms|s|m|h))+)$/;
const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Timers of Node and timeouts of PostgreSQL are 32-bit milliseconds; a longer timer would fire at once. */
const longest = 2 ** 31 - 1;
