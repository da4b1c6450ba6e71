import type { Emit } from '../core/events.js';
import { explainFailure } from '../core/explain-failure.js';
import type { MigrationFailure } from '../core/failure.js';
import { judgeFile, type Judgement } from '../core/judge-file.js';
import { noticeMask } from '../core/mask-notice.js';
import type { Migration } from '../core/migration.js';
import { type Policy, type Progress, reasonToHold, type Step } from '../core/plan.js';
import type { ApplyOutcome, Clock, ServerNotice, Session, SqlReader, Stop } from '../core/ports.js';

export interface StepContext {
  readonly session: Session;
  readonly sqlReader: SqlReader;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly stop: Stop;
  readonly policy: Policy;
  readonly revision: string;
  readonly lockTimeoutMs: number;
}

/** What is to be done with a step, if what was done so far stands. */
export type Decided =
  | { readonly kind: 'apply'; readonly judgement: Exclude<Judgement, { kind: 'refused' }> }
  | { readonly kind: 'refused'; readonly failure: MigrationFailure }
  | { readonly kind: 'held'; readonly because: string };

/** Reads and judges the file, and holds it if it must wait. */
export async function decideStep(
  step: Step,
  progress: Progress,
  { sqlReader, policy }: StepContext,
): Promise<Decided> {
  const { migration, headers } = step;
  const judgement = judgeFile(migration.sql, await sqlReader.read(migration.sql), headers);
  const destroys = judgement.kind === 'refused' ? null : judgement.destroys;
  const because = reasonToHold(step, destroys, progress, policy);
  if (because !== null) return { kind: 'held', because };
  return judgement.kind === 'refused' ? judgement : { kind: 'apply', judgement };
}

/** What the server said of a file, with its place and an advice. */
export function explained(
  { migration }: Step,
  { error, pieceStart, singleStatement }: Extract<ApplyOutcome, { kind: 'failed' }>,
  { sqlReader }: StepContext,
): MigrationFailure {
  const literals = sqlReader.literals(migration.sql);
  const text = String(migration.sql);
  return explainFailure({ text, pieceStart, singleStatement, error, literals });
}

/** A loop with RAISE NOTICE can say a hundred thousand things; a person reads the first of them. */
const noticesShown = 20;

export function limitNotices(
  { key, sql }: Migration,
  { sqlReader, emit }: StepContext,
): { take: (notice: ServerNotice) => void; finish: () => void } {
  let seen = 0;
  let masked: ((message: string) => string) | null = null;
  return {
    take: ({ severity, message }) => {
      seen += 1;
      if (seen > noticesShown) return;
      // Few files make the server say anything; the others are not looked through for it.
      masked ??= noticeMask(sql, sqlReader.literals(sql));
      emit({ kind: 'notice', key, notice: { severity, message: masked(message) } });
    },
    finish: () => {
      if (seen > noticesShown) emit({ kind: 'notices-dropped', key, count: seen - noticesShown });
      seen = 0;
    },
  };
}
