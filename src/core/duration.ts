import { accepted, refused, type Parsed } from './parsed.js';

/**
 * Reads `500ms`, `10s`, `2m`, `1h`, `1m30s`, and a bare number as seconds; answers whole milliseconds. What is above
 * zero stays above zero, because zero often means "no limit".
 */
export function parseDuration(text: string): Parsed<number> {
  if (!wellFormed.test(text)) {
    return refused('use a duration such as 500ms, 10s, 2m or 1h (a bare number counts seconds)');
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

/** Both a timer of Node and a time-out of PostgreSQL are 32-bit milliseconds; a longer timer fires at once. */
const longest = 2 ** 31 - 1;
