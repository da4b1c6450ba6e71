import { createHash } from 'node:crypto';
import type { Migration, MigrationKey } from '../files/migration.js';
import { leadingDigits } from '../files/names.js';
import { compareBytes, compareNumbers } from '../files/order.js';
import type { History, HistoryRow } from './history.js';

/** What a history says about the order of application. */
export interface AppliedOrder {
  /** The highest applied number in each schema. */
  readonly newest: ReadonlyMap<string, string>;
  /** What was first applied after a later file of its schema. */
  readonly late: ReadonlySet<MigrationKey>;
}

/** By the time of first application: running an edited file again after later ones does not put it out of order. */
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

/** True for what was, or would be, applied after a later file of its schema. */
export function isOutOfOrder(
  { key, schema, number }: Migration,
  { newest, late }: AppliedOrder,
  isApplied: boolean,
): boolean {
  if (isApplied) return late.has(key);
  const highest = newest.get(schema);
  return highest !== undefined && compareNumbers(number, highest) < 0;
}

/** True for what has never been applied and comes after a later file of its schema. */
export function comesLate({ outOfOrder, row }: Compared): boolean {
  return outOfOrder && (row?.firstAppliedAt ?? null) === null;
}

interface Compared {
  readonly outOfOrder: boolean;
  readonly row: Pick<HistoryRow, 'firstAppliedAt'> | null;
}

/** How far down the numbers of a schema we have got. */
interface Reached {
  readonly number: string;
  /** When the first of the higher numbers was applied; undefined for the highest. */
  readonly above: string | undefined;
  /** When the first of this and the higher numbers was applied. */
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

/**
 * sha256 (hex) of what a history contains when exactly these migrations are applied as they are: checksum, schema and
 * filename of each, sorted by the bytes of the last two, all joined by slashes. Different lists give different input, as
 * none of the three contains a slash. `db/history/history-tables.ts` has the server compute the same from its rows.
 */
export function inPlaceDigest(migrations: readonly Migration[]): string {
  const known = digests.get(migrations) ?? digestOf(migrations);
  digests.set(migrations, known);
  return known;
}

/** Every target of a fleet, and every check of a waiting runner, needs this for the same list. */
const digests = new WeakMap<readonly Migration[], string>();

function digestOf(migrations: readonly Migration[]): string {
  const hash = createHash('sha256');
  for (const [at, { checksum, key }] of [...migrations].sort(bySchemaAndFilename).entries()) {
    hash.update(`${at === 0 ? '' : '/'}${checksum}/${key}`);
  }
  return hash.digest('hex');
}

function bySchemaAndFilename(a: Migration, b: Migration): number {
  return compareBytes(a.schema, b.schema) || compareBytes(a.filename, b.filename);
}

/** What is in the database, though perhaps not in the files' current version: good enough for files that require it. */
export function keysInPlace(
  statuses: readonly { readonly key: MigrationKey; readonly state: string }[],
  { kept }: { readonly kept: readonly MigrationKey[] },
): readonly MigrationKey[] {
  const left = new Set(kept);
  return statuses
    .filter(({ state, key }) => state === 'applied' || state === 'missing' || left.has(key))
    .map(({ key }) => key);
}

/** What a user may write for a key: all of it, or its beginning up to the number (`gcp/003` for `gcp/003_x.sql`). */
export function namesOf(key: MigrationKey): readonly string[] {
  const beginnings = Array.from(key.matchAll(/_/g), ({ index }) => key.slice(0, index));
  return [key, key.replace(/\.sql$/, ''), ...beginnings];
}

/** Files that others may require, by any of their names. */
export class RequiredKeys {
  readonly #names = new Set<string>();

  constructor(keys: Iterable<MigrationKey>) {
    for (const key of keys) this.add(key);
  }

  add(key: MigrationKey): void {
    for (const name of namesOf(key)) this.#names.add(name);
  }

  has(wanted: string): boolean {
    return this.#names.has(wanted);
  }
}

/**
 * What a runner has sent of one revision, over all its runs: a connection that is lost leaves files unreported, because they
 * were not durable yet or their COMMIT was not answered.
 */
export class Sent<T extends { readonly key: MigrationKey; readonly durationMs: number }> {
  #applied: T[] = [];
  readonly #unreported = new Map<MigrationKey, { readonly checksum: string; readonly as: T }>();

  /** `as`: what it will be reported as. */
  begun({ key, checksum }: Pick<Migration, 'key' | 'checksum'>, as: T): void {
    this.#unreported.set(key, { checksum, as });
  }

  /** `applied`: null if the file was not applied. */
  reported(key: MigrationKey, applied: T | null): void {
    this.#unreported.delete(key);
    if (applied !== null) this.#applied.push(applied);
  }

  get isReported(): boolean {
    return this.#unreported.size === 0;
  }

  /** All that was applied since this was last called. */
  take(): readonly T[] {
    const applied = this.#applied;
    this.#applied = [];
    return applied;
  }

  /**
   * The unreported files that were applied after all. The last try of a file was ours if it was made from this revision on
   * this host: another runner may have applied it meanwhile. What was not is forgotten; it is sent anew.
   */
  found({ rows }: History, { revision, host }: Whence): readonly T[] {
    return [...this.#unreported].flatMap(([key, { checksum, as }]) => {
      const row = rows.get(key);
      const isOurs =
        row?.revision === revision &&
        row.appliedChecksum === checksum &&
        host !== null &&
        row.appliedBy.endsWith(`@${host}`);
      if (!isOurs) this.#unreported.delete(key);
      return isOurs ? [{ ...as, durationMs: row.durationMs ?? 0 }] : [];
    });
  }
}

interface Whence {
  readonly revision: string;
  /** Null: not known. */
  readonly host: string | null;
}
