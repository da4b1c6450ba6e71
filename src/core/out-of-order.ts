import type { History } from './history.js';
import type { Migration, MigrationKey } from './migration.js';
import { leadingDigits } from './names.js';
import { compareNumbers } from './order.js';

/** What a history says of the order in which it came about. */
export interface AppliedOrder {
  /** The highest applied number of each schema. */
  readonly newest: ReadonlyMap<string, string>;
  /** What was applied for the first time after a later one of its schema. */
  readonly late: ReadonlySet<MigrationKey>;
}

/** Goes by when each was applied first: that an edited file ran again after later ones is no news about its order. */
export function appliedOrder(history: History): AppliedOrder {
  const newest = new Map<string, string>();
  const late = new Set<MigrationKey>();
  const reached = new Map<string, Reached>();
  for (const { key, schema, number, at } of byFallingNumber(history)) {
    const before = reached.get(schema);
    const isTwin = before !== undefined && compareNumbers(before.number, number) === 0;
    const above = isTwin ? before.above : before?.earliest;
    if (before === undefined) newest.set(schema, number);
    if (above !== undefined && above < at) late.add(key);
    const earliest = before === undefined || at < before.earliest ? at : before.earliest;
    reached.set(schema, { number, above, earliest });
  }
  return { newest, late };
}

/** True for what came, or would come, after a later one of its schema. */
export function isOutOfOrder(
  { key, schema, number }: Migration,
  { newest, late }: AppliedOrder,
  isApplied: boolean,
): boolean {
  if (isApplied) return late.has(key);
  const highest = newest.get(schema);
  return highest !== undefined && compareNumbers(number, highest) < 0;
}

/** How far down the numbers of a schema we are. */
interface Reached {
  readonly number: string;
  /** When the first of the higher numbers was applied; undefined for the highest. */
  readonly above: string | undefined;
  /** When the first of these and of the higher numbers was applied. */
  readonly earliest: string;
}

interface Application {
  readonly key: MigrationKey;
  readonly schema: string;
  readonly number: string;
  /** Server time, ISO 8601 in UTC, so that it can be compared as text. */
  readonly at: string;
}

function byFallingNumber({ rows }: History): readonly Application[] {
  const applied: Application[] = [];
  for (const { key, schema, filename, firstAppliedAt: at } of rows.values()) {
    if (at !== null) applied.push({ key, schema, number: leadingNumber(filename), at });
  }
  return applied.sort((a, b) => compareNumbers(b.number, a.number));
}

/** The digits a filename starts with. */
export function leadingNumber(filename: string): string {
  const digits = leadingDigits(filename);
  return digits === '' ? '0' : digits;
}
