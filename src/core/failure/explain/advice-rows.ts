import { sqlstates } from '../sqlstates.js';

/**
 * Which error means what, and what to do. Messages come in the server's language, so nothing depends on their words:
 * `routine` is the function of the server that raised the error, the same in every language.
 */
export interface AdviceRow {
  readonly sqlstate: string;
  readonly routine?: RegExp;
  /** The beginning of the statement that failed. */
  readonly statement?: RegExp;
  /** The file from the error on. */
  readonly code?: RegExp;
  /** The context: empty outside functions and DO blocks. */
  readonly where?: RegExp;
  /** Only names of objects, which no language translates. */
  readonly message?: RegExp;
  /** `no-transaction`, or `none`. */
  readonly header?: RegExp;
  readonly words: string;
}

/** The context of a statement in a function or DO block. */
const inRoutine = /\binline_code_block\b|\bPL\/|\(.*\)|\bSQL\b/;

/** Also used by callers that know which server it is. */
export const extensionMissing =
  'the extension is not installed on the server: use an image that has it, or remove it from the file; pg_available_extensions lists what is there';

/** The first that matches is used. */
export const adviceRows: readonly AdviceRow[] = [
  {
    sqlstate: sqlstates.featureNotSupported,
    routine: /^parse_extension_control_file$/,
    words: extensionMissing,
  },
  {
    sqlstate: sqlstates.undefinedFile,
    routine: /^parse_extension_control_file$/,
    words: extensionMissing,
  },
  {
    sqlstate: sqlstates.featureNotSupported,
    routine: /^(?:RememberAllDependentForRebuilding|ATExecAlterColumnType)$/,
    statement: /^alter\b/i,
    words:
      'a view or rule uses the column: in this file, drop it before the ALTER and create it again after it; the detail names it',
  },
  {
    sqlstate: sqlstates.featureNotSupported,
    routine: /^DefineIndex$/,
    words:
      'on a partitioned table a primary key or unique index has to contain every column of the partition key: add them to it',
  },
  {
    sqlstate: sqlstates.invalidTextRepresentation,
    where: /^COPY /m,
    words: 'a row of the COPY data does not fit the columns: compare their number, order and types',
  },
  {
    sqlstate: sqlstates.notNullViolation,
    routine: /^ATRewriteTable$/,
    words:
      'existing rows have no value in that column: give it a DEFAULT, or fill them with an UPDATE, before it is made NOT NULL',
  },
  {
    sqlstate: sqlstates.notNullViolation,
    routine: /^(?:ExecConstraints|ReportNotNullViolationError)$/,
    words: 'the row has no value for that column: give it one, or give the column a DEFAULT',
  },
  {
    sqlstate: sqlstates.foreignKeyViolation,
    statement: /^(?:insert|copy)\b/i,
    where: /^$|^COPY /,
    words:
      'the row it refers to is missing: insert it first, in this file or in one that sorts before it',
  },
  {
    sqlstate: sqlstates.foreignKeyViolation,
    statement: /^alter\b/i,
    words:
      'existing rows refer to rows that are missing: insert those, or remove the others, in this file before the ALTER',
  },
  {
    sqlstate: sqlstates.foreignKeyViolation,
    statement: /^delete\b/i,
    words: 'other rows still refer to what is deleted: delete or change those first',
  },
  {
    sqlstate: sqlstates.uniqueViolation,
    routine: /^comparetup_/,
    words:
      'existing rows have the same values, so the unique index cannot be built: remove or change the duplicates in this file before it',
  },
  {
    sqlstate: sqlstates.uniqueViolation,
    statement: /^insert\b/i,
    routine: /^_bt_check_unique$/,
    where: /^$/,
    words:
      'a row with that key exists already, from the same file or from an earlier run: INSERT … ON CONFLICT DO NOTHING makes the file safe to run again',
  },
  {
    sqlstate: sqlstates.checkViolation,
    routine: /^(?:ATRewriteTable|validateCheckConstraint)$/,
    words: 'existing rows violate the constraint: change them first, in the same file',
  },
  {
    sqlstate: sqlstates.checkViolation,
    routine: /^ExecFindPartition$/,
    words: 'no partition takes that row: create one for it first, or a DEFAULT partition',
  },
  {
    sqlstate: sqlstates.activeSqlTransaction,
    routine: /^(?:call_(?:enum|bool|string)_check_hook|check_Xact|assign_Xact)/,
    words:
      'the transaction of a file has begun before its first statement, as pgm reads its history there, so its isolation level and mode are fixed: remove the SET TRANSACTION (LOCK TABLE usually does what a level is wanted for)',
  },
  {
    sqlstate: sqlstates.activeSqlTransaction,
    routine: /^PreventInTransactionBlock$/,
    where: inRoutine,
    words:
      'a DO block or function always runs in a transaction: write that statement by itself in a file of its own',
  },
  {
    sqlstate: sqlstates.activeSqlTransaction,
    routine: /^(?:PreventInTransactionBlock|CreateInitDecodingContext)$/,
    header: /^none$/,
    words:
      'it cannot run in the transaction of a file: write "-- pgm:no-transaction" as the first line of the file, and each of its statements is committed by itself',
  },
  {
    sqlstate: sqlstates.readOnlySqlTransaction,
    words:
      'the transaction is read-only: remove SET TRANSACTION READ ONLY from the file, or check default_transaction_read_only',
  },
  {
    sqlstate: sqlstates.inFailedSqlTransaction,
    words:
      'an earlier statement of the file failed and nothing caught the error: that is the one to fix',
  },
  {
    sqlstate: sqlstates.transactionTimeout,
    routine: /^ProcessInterrupts$/,
    words:
      'the file took longer than transaction_timeout, which the server, the database or the role sets: SET transaction_timeout = 0 as its first statement lifts it',
  },
  {
    sqlstate: sqlstates.adminShutdown,
    routine: /^ProcessInterrupts$/,
    words:
      'the session was ended while the file ran in it; if that is its own pg_terminate_backend, leave out its own session with "pid <> pg_backend_pid()"',
  },
  {
    sqlstate: sqlstates.dependentObjectsStillExist,
    routine: /^DropRole$/,
    words:
      'the role still owns objects or has rights: REASSIGN OWNED and then DROP OWNED for it first, in each database that the detail names',
  },
  {
    sqlstate: sqlstates.dependentObjectsStillExist,
    routine: /^reportDependentObjects$/,
    words: 'other objects depend on it: drop those first, or use CASCADE if they should go too',
  },
  {
    sqlstate: sqlstates.invalidTransactionTermination,
    header: /^none$/,
    words:
      'COMMIT and ROLLBACK in a DO block or procedure need a file that runs outside a transaction: write "-- pgm:no-transaction" in the header',
  },
  {
    sqlstate: sqlstates.modifyingSqlDataNotPermitted,
    words:
      'remove that from the file: only pgm may write to that schema, and a wrong row there makes files run twice or never; reading is fine',
  },
  {
    sqlstate: sqlstates.invalidSchemaName,
    routine: /^get_namespace_oid$/,
    statement: /^(?!drop\b)/i,
    words:
      'the schema does not exist yet: CREATE SCHEMA IF NOT EXISTS in a file that sorts before this one',
  },
  {
    sqlstate: sqlstates.serializationFailure,
    words:
      'another transaction changed the same rows, and retrying did not help: find out what else writes there',
  },
  {
    sqlstate: sqlstates.deadlockDetected,
    words:
      'this file and another session waited for each other: lock tables in the same order as the application does, or run it when the application is quiet',
  },
];
