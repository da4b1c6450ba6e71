import type { SqlStatement } from './sql-reading.js';

/** Why a statement cannot be in a file, and what to do instead. */
export interface Offence {
  readonly message: string;
  readonly advice: string;
}

/** Null for what may be part of the transaction that pgm runs a file in. `wrapped`: the file brought a BEGIN … COMMIT. */
export function offenceInTransaction(statement: SqlStatement, wrapped: boolean): Offence | null {
  const { kind, command } = statement;
  switch (kind) {
    case 'begin':
    case 'begin-with-options':
    case 'commit':
    case 'rollback':
    case 'chain':
      return {
        message: `${command} at top level: a file is applied in one transaction together with its history row, and this would break it up`,
        advice:
          'take it out: pgm begins and commits by itself. One BEGIN … COMMIT round the whole file is fine; for several transactions make several files',
      };
    case 'two-phase':
      return twoPhase(command);
    case 'outside-transaction':
      return wrapped ? notInBlock(command) : notWithOthers(command);
    case 'copy-from-stdin':
      return statement.data === null ? rowsMissing : null;
    case 'copy-to-stdout':
      return rowsForNobody;
    case 'savepoint':
    case 'discard-all':
    case 'other':
      return null;
  }
}

/** The same for a file that runs statement by statement. */
export function offenceStandalone(statement: SqlStatement): Offence | null {
  const { kind, command } = statement;
  switch (kind) {
    case 'begin':
    case 'begin-with-options':
    case 'commit':
    case 'rollback':
    case 'savepoint':
    case 'chain':
      return {
        message: `${command} in a file that runs without a transaction: each of its statements is committed by itself, so that a failed run can go on where it stopped`,
        advice:
          'take the transaction control out, and move what belongs into one transaction to a file without "-- pgm:no-transaction"',
      };
    case 'two-phase':
      return twoPhase(command);
    case 'copy-from-stdin':
      return statement.data === null ? rowsMissing : null;
    case 'copy-to-stdout':
      return rowsForNobody;
    case 'outside-transaction':
    case 'discard-all':
    case 'other':
      return null;
  }
}

/** Isolation levels and the like: pgm has asked the server for its history row by the time the file begins. */
export function beginOptions(command: string): Offence {
  return {
    message: `${command} with options: pgm runs the file in a transaction of its own, and these options would be lost`,
    advice:
      'leave the options off (the transaction is READ COMMITTED, READ WRITE); LOCK TABLE in the file does what an isolation level is mostly wanted for',
  };
}

function twoPhase(command: string): Offence {
  return {
    message: `${command}: a prepared transaction is not in step with the history, and its locks outlive the run`,
    advice: 'take it out; a file is committed in one step',
  };
}

function notWithOthers(command: string): Offence {
  return {
    message: `${command} cannot run inside a transaction, and the file has other statements too`,
    advice:
      'move it into a file of its own, which then runs outside a transaction; or write "-- pgm:no-transaction" in the header, and each statement is committed by itself',
  };
}

function notInBlock(command: string): Offence {
  return {
    message: `${command} cannot run inside a transaction, and BEGIN … COMMIT stands round it`,
    advice:
      'move it into a file of its own, without BEGIN and COMMIT: such a file runs outside a transaction',
  };
}

const rowsMissing: Offence = {
  message: 'COPY … FROM STDIN without rows: the server would wait for them for ever',
  advice:
    'put the rows on the lines after its ";" (nothing else on that line) and end them with a line that is exactly "\\."; or use INSERT',
};

const rowsForNobody: Offence = {
  message: 'COPY … TO STDOUT sends rows to pgm, and nobody reads them there',
  advice:
    'take it out, or run it with psql; to keep the rows in the database write CREATE TABLE … AS',
};
