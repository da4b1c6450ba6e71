import { compare, type MigrationStanding, type MigrationStatus } from '../core/compare.js';
import { headersOf } from '../core/headers.js';
import type { History } from '../core/history.js';
import { standingsInPlace } from '../core/in-place.js';
import type { Snapshot } from '../core/migration.js';
import { type Plan, planRun, type Policy } from '../core/plan.js';
import type { Session } from '../core/ports.js';

/** Where the migrations stand, and what there is to do about it. */
export interface Looked {
  readonly statuses: readonly MigrationStanding[];
  /** The same with what the history says of each; null where it was not read. */
  readonly details: readonly MigrationStatus[] | null;
  readonly plan: Plan;
  /** False when there is none at all. */
  readonly hasHistory: boolean;
}

export interface LookOptions {
  readonly policy: Policy;
  /** The only schemas wanted, or null for all. */
  readonly schemas: readonly string[] | null;
  /** Read the whole history even where all is in place. */
  readonly detailed: boolean;
}

/** Asks the database, and for the whole history only where that is wanted or not all is in place. */
export async function look(
  session: Session,
  snapshot: Snapshot,
  options: LookOptions,
): Promise<Looked> {
  const { detailed, schemas } = options;
  const mayBeInPlace = !detailed && snapshot.refused.length === 0;
  const history = mayBeInPlace
    ? await session.historyUnlessInPlace(snapshot.migrations, schemas)
    : await session.history();
  if (history !== null) return lookThrough(snapshot, history, options);
  const nothing = { steps: [], kept: [], beyond: [] };
  return { statuses: standingsInPlace(snapshot), details: null, plan: nothing, hasHistory: true };
}

/** The same with a history that was read already. */
export function lookThrough(
  snapshot: Snapshot,
  history: History,
  { policy, schemas }: Omit<LookOptions, 'detailed'>,
): Looked & { readonly details: readonly MigrationStatus[] } {
  const details = compare(snapshot, history, schemas);
  const plan = planRun(details, policy, ({ sql }) => headersOf(sql));
  return { statuses: details, details, plan, hasHistory: history.layout !== null };
}
