import { sqlstates } from './sqlstates.js';

/** An error as the server reports it (the fields of ErrorResponse). Null for what it omitted. */
export interface ServerError {
  readonly sqlstate: string;
  readonly message: string;
  readonly detail: string | null;
  readonly hint: string | null;
  /** Its context: what ran inside what, innermost first, one line each. */
  readonly where: string | null;
  /** In the text that was sent: 1-based, in code points. */
  readonly position: number | null;
  /** How many statements of that text were completed before it. */
  readonly statementsDone: number;
  /** The function of the server that raised it, which no language translates. */
  readonly routine: string | null;
  readonly schema: string | null;
  readonly table: string | null;
  readonly column: string | null;
  readonly constraint: string | null;
  /** True when the file itself succeeded and its COMMIT failed. */
  readonly atCommit: boolean;
  /** The server closed the connection with it (FATAL, PANIC). */
  readonly endsSession: boolean;
}

/** Functions of the server that raise what they are told to, with the code they are told: RAISE, dblink, postgres_fdw. */
const secondHand = /^(?:exec_stmt_raise|dblink_res_error|pgfdw_report_error)$/;

/**
 * True for an error that SQL raises with a code of its choice, or that another server gave to the SQL that asked it: whatever
 * the code means, it says nothing about the server that we are connected to. One that RAISE only passes on is not among them.
 */
export function isSecondHand({ routine }: ServerError): boolean {
  return secondHand.test(routine ?? '');
}

/** An error of our own, in the server's format. */
export function ownError(sqlstate: string, message: string): ServerError {
  return {
    sqlstate,
    message,
    detail: null,
    hint: null,
    where: null,
    position: null,
    statementsDone: 0,
    routine: null,
    schema: null,
    table: null,
    column: null,
    constraint: null,
    atCommit: false,
    endsSession: false,
  };
}

/**
 * The character that the database's encoding lacks, by the error of the server: `byte sequence 0xe2 0x80 0xa2`, in any
 * language. Null for another error.
 */
export function lackedCharacter({
  sqlstate,
  message,
}: Pick<ServerError, 'sqlstate' | 'message'>): string | null {
  if (sqlstate !== sqlstates.untranslatableCharacter) return null;
  const bytes = message.match(/0x[0-9a-f]{2}/g) ?? [];
  const [character, ...others] = Buffer.from(bytes.map(Number)).toString('utf8');
  // What the database has and UTF-8 lacks is in other bytes.
  const isOne = character !== undefined && character !== '\ufffd' && others.length === 0;
  return isOne ? character : null;
}

/** `日 (U+65E5)` */
export function named(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `${character} (U+${code})`;
}
