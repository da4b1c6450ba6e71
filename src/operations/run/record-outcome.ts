import { Refused } from '../../core/errors.js';
import { explainFailure } from '../../core/failure/explain/explain-failure.js';
import type { MigrationFailure } from '../../core/failure/failure.js';
import type { ApplyOutcome } from '../../core/ports.js';
import type { Step } from '../../core/run/plan.js';
import type { StepContext, StepOutcome, StepsContext } from './apply-step.js';

/** Records in the history that the step waits, unless the history cannot store it. */
export async function held(
  { migration }: Step,
  because: string,
  { session, revision }: StepsContext,
): Promise<StepOutcome> {
  try {
    await session.recordHeld({ migration, revision }, because);
    return { kind: 'held', because };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { kind: 'held', because, notRecorded: error.message };
  }
}

/** The failure, after the history has stored it or said why it cannot. */
export async function recorded(
  { migration }: Step,
  { kind, failure }: { readonly kind: 'refused' | 'failed'; readonly failure: MigrationFailure },
  { session, revision, retries }: StepsContext,
): Promise<StepOutcome> {
  const nextTryInMs = retries?.failed(migration, failure) ?? null;
  try {
    await session.recordFailure({ migration, revision, nextTryInMs }, failure);
    return { kind, failure };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { kind, failure, notRecorded: error.message };
  }
}

/** The server's error for a file, with its place and advice. */
export function explained(
  { migration }: Step,
  { error, pieceStart, statementStart }: Extract<ApplyOutcome, { kind: 'failed' }>,
  { sqlReader }: StepContext,
): MigrationFailure {
  const { sql: text } = migration;
  const literals = sqlReader.literals(text);
  return explainFailure({ text, pieceStart, statementStart, error, literals });
}
