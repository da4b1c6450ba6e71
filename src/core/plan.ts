import type { MigrationStanding, MigrationState } from './compare.js';
import type { Headers } from './headers.js';
import type { Migration, MigrationKey } from './migration.js';

/** What the person who runs pgm decided beforehand. */
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
  /** Edited after they were applied, and not run again: by `--on-change`, or pinned by `-- pgm:once`. */
  readonly kept: readonly MigrationKey[];
  /** Due, but after `--to`. */
  readonly beyond: readonly MigrationKey[];
}

/** Decides what to apply. `headersOf` is asked only about migrations that are due. */
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

/** What became of the steps before. */
export interface Progress {
  readonly applied: ReadonlySet<MigrationKey>;
  readonly failed: readonly { readonly key: MigrationKey; readonly schema: string }[];
}

/** Why the step must wait, or null when it may be tried. `destroys` names the data that the file would destroy. */
export function reasonToHold(
  { migration, headers }: Step,
  destroys: string | null,
  { applied, failed }: Progress,
  { onFailure }: Policy,
): string | null {
  const unmet = unmetRequirement(headers, applied);
  if (unmet !== null) return `it requires ${unmet}, which is not applied`;
  const first = failed[0];
  if (first !== undefined && onFailure === 'stop') {
    return `${first.key} failed (--on-failure stop)`;
  }
  const sameSchema = failed.find(({ schema }) => schema === migration.schema);
  if (sameSchema === undefined) return null;
  if (onFailure === 'schema') return `${sameSchema.key} failed (--on-failure schema)`;
  return destroys === null
    ? null
    : `${sameSchema.key} failed, and this file destroys data (${destroys})`;
}

/**
 * The steps in their order, but one whose `-- pgm:requires` is not met yet comes as soon as it is; what never gets met
 * comes last. `applied` grows while the steps are taken.
 */
export function* inTurn(
  steps: readonly Step[],
  applied: ReadonlySet<MigrationKey>,
): Generator<Step, void, undefined> {
  let waiting: readonly Step[] = [];
  const isReady = ({ headers }: Step): boolean => unmetRequirement(headers, applied) === null;
  for (const step of steps) {
    if (isReady(step)) yield step;
    else waiting = [...waiting, step];
    for (let next = waiting.find(isReady); next !== undefined; next = waiting.find(isReady)) {
      const taken = next;
      waiting = waiting.filter((other) => other !== taken);
      yield taken;
    }
  }
  yield* waiting;
}

/** The first requirement that is not met, as it was written; null when all are. */
function unmetRequirement(
  { requires }: Headers,
  applied: ReadonlySet<MigrationKey>,
): string | null {
  return requires.find((wanted) => !isMet(wanted, applied)) ?? null;
}

/**
 * The key that a person means: a whole key, or its beginning up to the number (`gcp/003` for `gcp/003_x.sql`). Null when
 * it names none, or more than one.
 */
export function resolveKey(wanted: string, keys: readonly MigrationKey[]): MigrationKey | null {
  if (keys.includes(wanted)) return wanted;
  const found = keys.filter((key) => meansKey(wanted, key));
  return found.length === 1 ? (found[0] ?? null) : null;
}

function meansKey(wanted: string, key: MigrationKey): boolean {
  return key === `${wanted}.sql` || key.startsWith(`${wanted}_`);
}

function isMet(wanted: string, applied: ReadonlySet<MigrationKey>): boolean {
  return applied.has(wanted) || [...applied].some((key) => meansKey(wanted, key));
}

function isDue(state: MigrationState): state is Step['reason'] {
  return state !== 'applied' && state !== 'missing';
}

function isKept(state: Step['reason'], { onChange }: Policy, { once }: Headers): boolean {
  return state === 'changed' && (once || onChange !== 'rerun');
}
