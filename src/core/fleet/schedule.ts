import { accepted, type Parsed, refused } from '../text/words.js';

/** How many targets may be worked on at a time. */
export interface Limits {
  readonly parallel: number;
  /** Per server. */
  readonly perServer: number;
  /** How many may fail before nothing new is started; null: any number in a wave, and none before the next wave. */
  readonly maxFailed: Allowance | null;
}

/** `3`, or `5%` of all targets. */
export interface Allowance {
  readonly kind: 'number' | 'percent';
  readonly most: number;
}

/** The state of a wave. */
interface Standing<T> {
  readonly waiting: Iterable<T>;
  /** One entry for each target that is being worked on. */
  readonly running: readonly T[];
  /** In all waves so far. */
  readonly failed: number;
  /** The number of targets in all waves. */
  readonly of: number;
  /** Why it is to stop; null if it is not. */
  readonly stopping: string | null;
}

type Decision<T> =
  | { readonly kind: 'begin'; readonly target: T }
  /** Something that is running has to end first. */
  | { readonly kind: 'wait' }
  /** Nothing new is begun any more. */
  | { readonly kind: 'stop'; readonly reason: string }
  | { readonly kind: 'over' };

/** What to do now. `serverOf` returns the same text for all targets of one server. */
export function decide<T>(
  { waiting, running, failed, of, stopping }: Standing<T>,
  { parallel, perServer, maxFailed }: Limits,
  serverOf: (target: T) => string,
): Decision<T> {
  const reason = stopping ?? tooMany(failed, of, maxFailed);
  if (reason !== null) return { kind: 'stop', reason };
  const busy = new Map<string, number>();
  for (const target of running) busy.set(serverOf(target), (busy.get(serverOf(target)) ?? 0) + 1);
  let isOver = true;
  for (const target of waiting) {
    if (running.length >= parallel) return { kind: 'wait' };
    if ((busy.get(serverOf(target)) ?? 0) < perServer) return { kind: 'begin', target };
    isOver = false;
  }
  return { kind: isOver && running.length === 0 ? 'over' : 'wait' };
}

/** Why the next wave must not begin; null if it may. */
export function afterWave(
  wave: string,
  { failed, of, stopping }: Pick<Standing<never>, 'failed' | 'of' | 'stopping'>,
  maxFailed: Allowance | null,
): string | null {
  if (stopping !== null) return stopping;
  if (maxFailed !== null) return tooMany(failed, of, maxFailed);
  return failed > 0 ? `the wave ${wave} had failures` : null;
}

function tooMany(failed: number, of: number, maxFailed: Allowance | null): string | null {
  if (maxFailed === null || failed <= allowed(maxFailed, of)) return null;
  return `${failed} failed, and --max-failed is ${maxFailed.most}${maxFailed.kind === 'percent' ? '%' : ''}`;
}

/** How many of `of` targets may fail. */
export function allowed({ kind, most }: Allowance, of: number): number {
  return kind === 'number' ? most : Math.floor((of * most) / 100);
}

export function parseAllowance(text: string): Parsed<Allowance> {
  const { most, percent } = /^(?<most>\d{1,6})(?<percent>%?)$/.exec(text)?.groups ?? {};
  const number = Number(most ?? Number.NaN);
  const kind = percent === '%' ? 'percent' : 'number';
  return Number.isNaN(number) || (kind === 'percent' && number > 100)
    ? refused('use a number of targets, such as 3, or a share of all, such as 5%')
    : accepted({ kind, most: number });
}
