import type { MigrationFailure } from '../../../src/core/failure/failure.js';
import type { HistoryRow } from '../../../src/core/run/history.js';
import { ownError } from '../../../src/core/failure/server-error.js';
import type { ApplyOutcome, Work } from '../../../src/core/ports.js';
import { type Intent, intentFor } from '../../../src/core/run/intents.js';
import { rowOf, syntaxError } from './history.js';

/** What is recorded, as the ports say it: a migration, and the revision it comes from. */
export type Recorded = Pick<Work, 'migration' | 'revision'>;

/** The row of what was applied, or baselined, when `before` was its row. */
export function appliedRow(
  { migration, revision }: Recorded,
  before: HistoryRow | undefined,
  durationMs: number,
): HistoryRow {
  const row = rowOf(migration.key, { applied: migration.sql });
  const firstAppliedAt = before?.firstAppliedAt ?? row.appliedAt;
  return { ...row, revision, durationMs, firstAppliedAt, attempts: (before?.attempts ?? 0) + 1 };
}

/** The row of what failed; nothing is worse off for it that has this very content applied. */
export function failedRow(
  recorded: Recorded,
  before: HistoryRow | undefined,
  failure: MigrationFailure,
  nextTryAt: string | null,
): HistoryRow {
  if (before?.appliedChecksum === recorded.migration.checksum) return before;
  const attempts = (before?.attempts ?? 0) + 1;
  return {
    ...triedRow(recorded, before),
    state: 'failed',
    lastError: failure,
    nextTryAt,
    attempts,
  };
}

/** The row of what a run did not try. */
export function heldRow(
  recorded: Recorded,
  before: HistoryRow | undefined,
  because: string,
): HistoryRow {
  if (before?.appliedChecksum === recorded.migration.checksum) return before;
  const lastError: MigrationFailure = {
    ...syntaxError,
    kind: 'refused',
    sqlstate: null,
    place: null,
    message: because,
  };
  const { migration } = recorded;
  const stands =
    before?.state === 'held' &&
    before.checksum === migration.checksum &&
    before.lastError?.message === because;
  if (stands) return before;
  return { ...triedRow(recorded, before), state: 'held', lastError, nextTryAt: null };
}

/** What is kept of the row before, under the new content. */
function triedRow({ migration, revision }: Recorded, before: HistoryRow | undefined): HistoryRow {
  const { checksum, key } = migration;
  if (before !== undefined) return { ...before, checksum, revision };
  const row = rowOf(key, { failed: migration.sql });
  return { ...row, revision, durationMs: null, attempts: 0 };
}

/** The intents with this one, which only makes a recorded one newer. */
export function withIntent(known: readonly Intent[], stated: Omit<Intent, 'since'>): Intent[] {
  const before = intentFor(stated, { known });
  const isOlder = before !== null && before.at >= stated.at;
  const { at, by } = isOlder ? before : stated;
  const since = new Date(Math.floor(at / 1_000)).toISOString();
  const inFull = stated.inFull || before?.inFull === true;
  return [...known.filter((each) => each !== before), { ...stated, at, by, since, inFull }];
}

/** What a server says of a file, with a position only for its words. */
export function failedWith(
  sqlstate: string,
  message: string,
  position: number | null = null,
): ApplyOutcome {
  const routine = sqlstate === '42601' ? 'scanner_yyerror' : null;
  const error = { ...ownError(sqlstate, message), position, routine };
  return { kind: 'failed', error, pieceStart: 0, statementStart: 0 };
}
