import type { ApplyOutcome } from '../../core/ports.js';
import { ownError, type ServerError } from '../../core/failure/server-error.js';
import { sqlstates } from '../../core/failure/sqlstates.js';
import { hasRules } from '../history/found-layout.js';
import type { HistoryTables } from '../history/history-tables.js';
import {
  historyTouched,
  saysHistoryHasRules,
  saysHistoryIsGone,
  saysStatementIsGone,
} from '../history/history-witness.js';
import { isCommitted } from '../backend/settle-commit.js';
import { isPassingInFile, isTimeLimit, serverErrorOf } from '../wire/errors.js';
import { failed, type Failed, failedOutside } from './write-together.js';

/**
 * Why the message with the record and COMMIT was refused. `not recorded`: the history changed since the claim, or this is not
 * the transaction of the claim. `unprepared`: the session has lost the statement of the record. `not answered`: whether it
 * committed is unknown.
 */
export type RefusedRecord =
  Failed | { readonly kind: 'not recorded' | 'unprepared' | 'not answered' };

/** Throws what the file did not cause. */
export function refusedRecord(reason: unknown, historySchema: string): RefusedRecord {
  const said = serverErrorOf(reason);
  if (said === null || (isPassingInFile(said) && !isTimeLimit(said)))
    return { kind: 'not answered' };
  if (saysStatementIsGone(said)) return { kind: 'unprepared' };
  const isRefusal = violatesNotNull(said, `${historySchema}.attempts.outcome`);
  if (isRefusal || saysHistoryIsGone(said)) return { kind: 'not recorded' };
  if (saysHistoryHasRules(said)) throw hasRules(said, historySchema);
  return failedOutside(said);
}

/** True for a violation of NOT NULL on `name`, a column with its schema and table. */
export function violatesNotNull(
  { sqlstate, schema, table, column }: ServerError,
  name: string,
): boolean {
  return sqlstate === sqlstates.notNullViolation && `${schema}.${table}.${column}` === name;
}

/** Throws `Refused` if the tables were dropped by another session, not by the file. */
export async function whyNot(
  tables: HistoryTables,
  transactionId: string | null,
): Promise<Extract<ApplyOutcome, { kind: 'failed' }>> {
  if (await isCommitted(tables.client, transactionId)) return failed(transactionEnded());
  const misread = tables.client.settings.takeMisread();
  if (misread !== null) return failed(leftBehind(misread));
  await tables.assertWhole();
  return failed(historyTouched(tables.schema, true));
}

/** Set by a DO block or a function; the judge refuses a plain SET. */
function leftBehind(setting: string): ServerError {
  return ownError(
    sqlstates.invalidParameterValue,
    `the file changes ${setting} in a function or a DO block, and the server would misread what follows; all of it was rolled back`,
  );
}

/** The judge refuses transaction control, so the file found a way around it that we do not know. */
function transactionEnded(): ServerError {
  return ownError(
    sqlstates.invalidTransactionTermination,
    'the file ended the transaction that pgm had begun; part of it may be committed',
  );
}
