import { printable } from '../files/names.js';
import { compareMigrations } from '../files/order.js';
import { leadingNumber, namesOf, RequiredKeys } from './applied.js';
import type { MigrationStanding, MigrationState } from './compare.js';
import type { EarlierEffects, StatementEffect } from '../statements/effects.js';
import { moreThanAdding } from '../statements/effects.js';
import type { Headers } from '../statements/headers.js';
import type { Migration, MigrationKey } from '../files/migration.js';

/** What the user decided in advance. */
export interface Policy {
  /** After a failure: `continue` with the next file, leave the rest of the `schema`, or `stop`. */
  readonly onFailure: 'continue' | 'schema' | 'stop';
  /** What to do with a file that was edited after it was applied. */
  readonly onChange: 'rerun' | 'warn' | 'fail';
  /** The last migration to apply, or null for all. */
  readonly to: MigrationKey | null;
}

/** One migration to try. */
export interface Step {
  readonly migration: Migration;
  readonly headers: Headers;
  /** Why it is due. */
  readonly reason: 'pending' | 'changed' | 'failed' | 'held';
}

/** What a run is going to do, in this order, and what it will leave as it is. */
export interface Plan {
  readonly steps: readonly Step[];
  /** Edited after they were applied, and not run again: because of `--on-change`, or pinned by `-- pgm:once`. */
  readonly kept: readonly MigrationKey[];
  /** Due, but after `--to`. */
  readonly beyond: readonly MigrationKey[];
}

/**
 * The steps of a plan that a retry tries. A file that was applied and now has other content in the database has not
 * failed: somebody changed it since.
 */
export function retriedSteps({ steps, kept, beyond }: Plan): Plan {
  return { steps: steps.filter(({ reason }) => reason !== 'changed'), kept, beyond };
}

/** Decides what to apply. `headersOf` is called only for migrations that are due. */
export function planRun(
  statuses: readonly MigrationStanding[],
  policy: Policy,
  headersOf: (migration: Migration) => Headers,
): Plan {
  const steps: Step[] = [];
  const kept: MigrationKey[] = [];
  const beyond: MigrationKey[] = [];
  let past = false;
  for (const { key, state, migration } of statuses) {
    if (migration !== null && isDue(state)) {
      const headers = headersOf(migration);
      if (isKept(state, policy, headers)) kept.push(key);
      else if (past) beyond.push(key);
      else steps.push({ migration, headers, reason: state });
    }
    past ||= key === policy.to;
  }
  return { steps, kept, beyond };
}

/** What happened to the files before a step. */
export interface Progress {
  readonly applied: Pick<RequiredKeys, 'has'>;
  readonly undone: readonly Undone[];
}

/** A file that was to be applied, and was not. */
export interface Undone {
  readonly key: MigrationKey;
  readonly schema: string;
  readonly state: 'failed' | 'held';
}

/** Why the step must wait, whatever its file does; null if it need not. */
export function reasonToHold(
  { migration, headers }: Step,
  { applied, undone }: Progress,
  { onFailure }: Policy,
): string | null {
  const unmet = headers.requires.find((wanted) => !applied.has(wanted));
  if (unmet !== undefined) return `it requires ${unmet}, which is not applied`;
  if (onFailure === 'continue') return null;
  const failed = undone.find(
    ({ state, schema }) =>
      state === 'failed' && (onFailure === 'stop' || schema === migration.schema),
  );
  if (failed === undefined) return null;
  return `${printable(failed.key)} failed (--on-failure ${onFailure})`;
}

/** What should have been applied before the migration in its schema, and was not. */
export function undoneBefore({ schema }: Migration, { undone }: Progress): readonly Undone[] {
  return undone.filter((each) => each.schema === schema);
}

/** Why a file must wait for unapplied ones of its schema (`earlier`: as far as they can be read); null if it need not. */
export function reasonOfEffects(
  effects: readonly StatementEffect[],
  undone: readonly Undone[],
  earlier: EarlierEffects<Undone> | null,
): string | null {
  const [first] = undone;
  const more = moreThanAdding(effects);
  const found =
    more !== null && first !== undefined
      ? { file: first, because: more }
      : (earlier?.blocking(effects) ?? null);
  if (found === null) return null;
  const { file, because } = found;
  return `${printable(file.key)} ${file.state === 'failed' ? 'failed' : 'is held'}, and ${because}`;
}

/**
 * The steps in order, except that one whose `-- pgm:requires` is not met yet comes as soon as it is, or as soon as the
 * step that was to meet it has failed to. `applied` grows as the steps are taken.
 */
export function* inTurn(
  steps: readonly Step[],
  applied: Pick<RequiredKeys, 'has'>,
): Generator<Step, void, undefined> {
  const begun = new RequiredKeys([]);
  let waiting: readonly Step[] = [];
  const isReady = ({ headers }: Step): boolean => {
    const unmet = headers.requires.filter((wanted) => !applied.has(wanted));
    return unmet.length === 0 || unmet.some((wanted) => begun.has(wanted));
  };
  for (const step of steps) {
    waiting = [...waiting, step];
    for (let next = waiting.find(isReady); next !== undefined; next = waiting.find(isReady)) {
      const taken = next;
      waiting = waiting.filter((other) => other !== taken);
      begun.add(taken.migration.key);
      yield taken;
    }
  }
  yield* waiting;
}

/**
 * The key that the user means: a whole key, or its beginning up to the number (`gcp/003` for `gcp/003_x.sql`). Null if it
 * matches none, or more than one.
 */
export function resolveKey(wanted: string, keys: readonly MigrationKey[]): MigrationKey | null {
  if (keys.includes(wanted)) return wanted;
  const found = keys.filter((key) => namesOf(key).includes(wanted));
  return found.length === 1 ? (found[0] ?? null) : null;
}

function isDue(state: MigrationState): state is Step['reason'] {
  return state !== 'applied' && state !== 'missing';
}

function isKept(state: Step['reason'], { onChange }: Policy, { once }: Headers): boolean {
  return state === 'changed' && (once || onChange !== 'rerun');
}

/** A file of the source that is not a migration, because its bytes or its name are refused. */
export interface UnreadableFile {
  readonly key: MigrationKey;
  readonly schema: string;
  readonly filename: string;
}

/** Those that come before a migration in the order: they failed before the run began, and their effects are not known. */
export function unreadableBefore(
  migration: Migration,
  files: readonly UnreadableFile[],
): readonly Undone[] {
  return files
    .filter((file) => {
      const number = leadingNumber(file.filename);
      return compareMigrations({ ...file, number }, migration) < 0;
    })
    .map(({ key, schema }) => ({ key, schema, state: 'failed' }));
}
