import type { SqlStatement } from './sql-reading.js';

/** Why a statement is not allowed in a file, and what to do instead. */
export interface Offence {
  readonly message: string;
  readonly advice: string;
}

/** Null if it may run in the transaction that pgm opens for a file. `wrapped`: the file has its own BEGIN … COMMIT. */
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
          'remove it: pgm begins and commits the transaction. Pairs of BEGIN … COMMIT are fine; for several transactions use several files',
      };
    case 'two-phase':
      return twoPhase(command);
    case 'outside-transaction':
      // Once its slot_name is NONE it may run in a transaction: only the server knows.
      if (command === 'DROP SUBSCRIPTION') return null;
      return wrapped ? notInBlock(command) : notWithOthers(command);
    case 'set-transaction':
    case 'set-characteristics':
      return levelLost(command);
    case 'set-encoding':
      return otherEncoding(command);
    case 'set-strings':
      return otherStrings(command);
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
        message: `${command} in a file that runs without a transaction: each of its statements is committed by itself, so that a failed run can continue where it stopped`,
        advice:
          'remove the transaction control, and move what belongs in one transaction to a file without "-- pgm:no-transaction"',
      };
    case 'two-phase':
      return twoPhase(command);
    case 'copy-from-stdin':
      return statement.data === null ? rowsMissing : null;
    case 'copy-to-stdout':
      return rowsForNobody;
    case 'set-transaction':
      return noTransactionToSet(command);
    case 'set-encoding':
      return otherEncoding(command);
    case 'set-strings':
      return otherStrings(command);
    case 'outside-transaction':
    case 'set-characteristics':
    case 'discard-all':
      return null;
    case 'other':
      return noTransactionToLastFor(command);
  }
}

/** Isolation levels and the like: pgm has already queried its history row by the time the file begins. */
export function beginOptions(command: string): Offence {
  return {
    message: `${command} with options: pgm runs the file in a transaction of its own, and these options would be lost`,
    advice:
      'leave the options out (the transaction is READ COMMITTED, READ WRITE); LOCK TABLE in the file usually does what an isolation level is wanted for',
  };
}

/** For a statement between BEGIN and COMMIT, when the file goes on after that COMMIT. */
export function outlivesPair(command: string): Offence {
  return {
    message: `${command} between BEGIN and COMMIT ends with that COMMIT, but the file is applied as one transaction, in which it would last to the end of the file`,
    advice: 'move what is between BEGIN and COMMIT to a file of its own',
  };
}

/** The same for a call of code that contains such a statement. */
export function mayOutlivePair(command: string): Offence {
  return {
    message: `${command} between BEGIN and COMMIT may call what this file defines with SET LOCAL or the like, whose effect ends with that COMMIT, but the file is applied as one transaction, in which it would last to the end of the file`,
    advice: 'move what is between BEGIN and COMMIT to a file of its own',
  };
}

/** For a savepoint that PostgreSQL would not have, because a COMMIT of the file came before. */
export function savepointGone(command: string): Offence {
  return {
    message: `${command} comes after a COMMIT of the file, which ends all savepoints; PostgreSQL knows them between BEGIN and COMMIT only`,
    advice: 'remove it, or write SAVEPOINT and what names it between the same BEGIN and COMMIT',
  };
}

function levelLost(command: string): Offence {
  return {
    message: `${command}: pgm has already begun the file's transaction and written its history row, so this comes too late to change how the transaction runs`,
    advice:
      'remove it: the transaction is READ COMMITTED, READ WRITE; LOCK TABLE in the file usually does what an isolation level is wanted for',
  };
}

function noTransactionToSet(command: string): Offence {
  return {
    message: `${command} in a file that runs without a transaction: each of its statements is a transaction of its own, so this has no effect`,
    advice:
      'remove it; SET SESSION CHARACTERISTICS AS TRANSACTION … is for the statements after it',
  };
}

/** The server only warns, and continues with another setting than the file says. */
function noTransactionToLastFor(command: string): Offence | null {
  const advice = {
    'SET LOCAL': 'write SET without LOCAL: it lasts to the end of the file, and no longer',
    'SET CONSTRAINTS':
      'remove it, or move it together with the statements it is for to a file without "-- pgm:no-transaction"',
  }[command];
  return advice === undefined
    ? null
    : {
        message: `${command} in a file that runs without a transaction: it lasts to the end of a transaction, which each of its statements is by itself, so this has no effect`,
        advice,
      };
}

function otherEncoding(command: string): Offence {
  return {
    message: `${command} to something other than UTF8: pgm reads and sends the file as UTF-8, and the server would misread it from here on`,
    advice:
      'convert the file to UTF-8 (for example with iconv) and remove the statement, or set UTF8; pg_dump --encoding=UTF8 writes such a dump',
  };
}

function otherStrings(command: string): Offence {
  return {
    message: `${command}: pgm reads the file with standard strings, in which a backslash is an ordinary character, and the server would read other strings than pgm from here on`,
    advice: "remove it, and write strings that contain backslash escapes as E'…'",
  };
}

function twoPhase(command: string): Offence {
  return {
    message: `${command}: a prepared transaction would not be committed together with the history row, and its locks outlive the run`,
    advice: 'remove it; a file is committed in one step',
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
    message: `${command} cannot run inside a transaction, and the file puts BEGIN … COMMIT around it`,
    advice:
      'move it into a file of its own, without BEGIN and COMMIT: such a file runs outside a transaction',
  };
}

const rowsMissing: Offence = {
  message: 'COPY … FROM STDIN without rows: the server would wait for them forever',
  advice:
    'put the rows on the lines after its ";" (nothing else on that line) and end them with a line that is exactly "\\."; or use INSERT',
};

const rowsForNobody: Offence = {
  message: 'COPY … TO STDOUT sends rows to pgm, which does not read them',
  advice:
    'remove it, or run it with psql; to keep the rows in the database write CREATE TABLE … AS',
};
