import { compareNumbers } from '../files/order.js';

/** The time, in the forms that folders use as numbers. */
export interface Now {
  /** `20261129133011`, UTC. */
  readonly digits: string;
  /** Since 1970. */
  readonly ms: number;
}

/**
 * The next number of a schema, written like its others: as many digits, the same step, or the time.
 * `numbers`: those of the schema, as written, in order; `neighbours`: those of another one, for a schema without any.
 */
export function nextNumber(
  numbers: readonly string[],
  neighbours: readonly string[],
  now: Now,
  taken: ReadonlySet<string>,
): string {
  const known = numbers.length > 0 ? numbers : neighbours;
  const last = known.at(-1);
  if (last === undefined) return firstFree('001', plus(1n), taken);
  const later = timesLike(last, now);
  if (later === null) {
    const step = stepOf(known, numbers.length > 0 ? neighbours : []);
    if (numbers.length === 0) return firstFree(firstLike(known, step), plus(step), taken);
    return firstFree(afterLast(known, step), plus(step), taken);
  }
  const isPast = numbers.length > 0 && compareNumbers(later.now, last) <= 0;
  return firstFree(isPast ? later.after(last) : later.now, later.after, taken);
}

type After = (number: string) => string;

function firstFree(first: string, after: After, taken: ReadonlySet<string>): string {
  let number = first;
  while (taken.has(number)) number = after(number);
  return number;
}

/** 999 becomes 1000: numbers are compared as numbers. */
function plus(step: bigint): After {
  return (number) => padded(BigInt(number) + step, number.length);
}

function padded(number: bigint, width: number): string {
  return String(number).padStart(width, '0');
}

/** For numbers that are times: how the present is written, and what is later than one; null for other numbers. */
function timesLike(last: string, { digits, ms }: Now): { now: string; after: After } | null {
  const units: Readonly<Record<number, number>> = { 10: 1_000, 13: 1 };
  const unit = units[last.length];
  if (unit !== undefined) {
    const isSince1970 = /^[1-9]/.test(last) && Number(last) * unit < ms + dayMs;
    return isSince1970 ? { now: String(Math.floor(ms / unit)), after: plus(1n) } : null;
  }
  const isTime = [8, 12, 14].includes(last.length) && timeShape.test(last);
  return isTime ? { now: digits.slice(0, last.length), after: momentLater } : null;
}

const dayMs = 86_400_000;
const timeShape =
  /^(?:19[7-9]|20\d|21\d)\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:(?:[01]\d|2[0-3])(?:[0-5]\d){1,2})?$/;

/** One day, minute or second later: the smallest unit that the digits have. */
function momentLater(digits: string): string {
  const parts = [...digits.slice(4).matchAll(/\d\d/g)].map(([two]) => Number(two));
  let year = Number(digits.slice(0, 4));
  for (let at = parts.length - 1; at >= 0; at -= 1) {
    const [least, most] = limitsOf(at, year, parts[0] ?? 1);
    const next = (parts[at] ?? 0) + 1;
    parts[at] = next > most ? least : next;
    if (next <= most) break;
    if (at === 0) year += 1;
  }
  return String(year) + parts.map((part) => String(part).padStart(2, '0')).join('');
}

/** Month, day, hour, minute, second. */
function limitsOf(at: number, year: number, month: number): readonly [number, number] {
  if (at === 0) return [1, 12];
  if (at > 1) return [0, at === 2 ? 23 : 59];
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2) return [1, isLeap ? 29 : 28];
  return [1, [4, 6, 9, 11].includes(month) ? 30 : 31];
}

const usualSteps: readonly bigint[] = [2n, 5n, 10n, 20n, 25n, 50n, 100n, 1_000n];

/** The usual distance between the numbers. Files inserted in between and deleted ones do not count. */
function stepOf(known: readonly string[], neighbours: readonly string[]): bigint {
  const numbers = valuesOf(known);
  const gaps = numbers.slice(1).map((number, at) => number - (numbers[at] ?? 0n));
  if (gaps.length === 0) return alone(numbers[0] ?? 0n, neighbours);
  const times = (step: bigint): number => gaps.filter((gap) => gap === step).length;
  const fits = (step: bigint): boolean =>
    times(step) > (isPowerOfTen(step) ? 0 : 1) && times(step) > times(1n);
  const usual = usualSteps.filter(fits).sort((a, b) => times(b) - times(a) || Number(b - a))[0];
  return usual ?? 1n;
}

/** For a single file: the step of the neighbours, or what its zeros suggest (`010`, `100`). */
function alone(number: bigint, neighbours: readonly string[]): bigint {
  if (new Set(neighbours).size > 1) return stepOf(neighbours, []);
  const zeros = number > 0n ? (/0*$/.exec(String(number))?.[0].length ?? 0) : 0;
  return 10n ** BigInt(zeros);
}

function isPowerOfTen(step: bigint): boolean {
  return /^10+$/.test(String(step));
}

/** The next multiple of the step, whatever came in between: 40 after 30 and 35. */
function afterLast(known: readonly string[], step: bigint): string {
  const numbers = valuesOf(known);
  const last = known.at(-1) ?? '0';
  const rests = numbers.map((number) => number % step);
  const count = (rest: bigint): number => rests.filter((each) => each === rest).length;
  const rest = rests.reduce(
    (best, each) => (count(each) > count(best) ? each : best),
    rests[0] ?? 0n,
  );
  const beyond = (step + rest - (BigInt(last) % step)) % step;
  return padded(BigInt(last) + (beyond === 0n ? step : beyond), last.length);
}

/** The number the neighbours began with, unless it is only that of the oldest file they still have. */
function firstLike(known: readonly string[], step: bigint): string {
  const [first = '1'] = known;
  const value = BigInt(first);
  const isStart = value <= 1n || value === step || isPowerOfTen(value);
  return padded(isStart ? value : step, first.length);
}

function valuesOf(numbers: readonly string[]): readonly bigint[] {
  return [...new Set(numbers.map(BigInt))];
}
