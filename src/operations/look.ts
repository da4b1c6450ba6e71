import { compare, type MigrationStanding, type MigrationStatus } from '../core/compare.js';
import { headersOf } from '../core/headers.js';
import { emptyHistory, type History } from '../core/history.js';
import { standingsInPlace } from '../core/in-place.js';
import type { Snapshot } from '../core/migration.js';
import { type Plan, planRun, type Policy } from '../core/plan.js';
import type { Agreement, AskedAhead, Session } from '../core/ports.js';

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

/** What a session that looks is going to be asked first, if that can be told. */
export function askedAhead(
  { refused }: Snapshot,
  { detailed, schemas }: LookOptions,
): AskedAhead | undefined {
  return detailed || refused.length > 0 ? undefined : { schemas };
}

/** Asks the database, and for the whole history only where that is wanted or not all is in place. */
export async function look(
  session: Session,
  snapshot: Snapshot,
  options: LookOptions,
): Promise<Looked> {
  return lookGiven(await askAgreement(session, snapshot, options), session, snapshot, options);
}

/** 'differs' where the rows are wanted in any case. */
export function askAgreement(
  session: Session,
  snapshot: Snapshot,
  options: LookOptions,
): Promise<Agreement> {
  const ahead = askedAhead(snapshot, options);
  return ahead === undefined
    ? Promise.resolve('differs')
    : session.agreement(snapshot.migrations, ahead.schemas);
}

/** The same when it is known whether all is in place. */
export async function lookGiven(
  agreement: Agreement,
  session: Session,
  snapshot: Snapshot,
  options: LookOptions,
): Promise<Looked> {
  if (agreement === 'in place') return allInPlace(snapshot);
  const history = agreement === 'no history' ? emptyHistory : await session.history();
  return lookThrough(snapshot, history, options);
}

function allInPlace(snapshot: Snapshot): Looked {
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
