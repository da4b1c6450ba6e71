import type { LineComment } from '../foreign/undoing-half.js';
import type { TextRange } from '../text/text-range.js';

/** What was found in the text of one file, without a server. Indices refer to the text that was read. */
export type SqlReading =
  /** Every statement, in order; none in a file of blanks and comments. */
  | ({ readonly kind: 'statements' } & StatementList)
  /** A quote or comment that opens at `at` and never ends. */
  | {
      readonly kind: 'unterminated';
      readonly what: Enclosure;
      readonly at: number;
      /** Where the first '…' before it that spans a line end opens: if a quote is missing, it is often there. */
      readonly firstOverLines: number | null;
    }
  /** A psql command, without its arguments: `\connect`. */
  | { readonly kind: 'meta-command'; readonly command: string; readonly at: number };

export interface StatementList {
  readonly statements: readonly SqlStatement[];
  /** Lines that psql executes, the server cannot read and can do without: `\restrict` and `\unrestrict` of pg_dump. */
  readonly skipped: readonly TextRange[];
  /** Comments, each alone on its line, that may mean something to another tool. */
  readonly marks: readonly LineComment[];
  /**
   * Whether the effect of one of them lasts only until COMMIT: SET LOCAL, a temporary table with ON COMMIT DROP; or, for a
   * function, a procedure or a prepared statement created here, whether it has such an effect when it is called.
   */
  readonly untilCommit: (statement: SqlStatement) => UntilCommit;
  /** The name that a SAVEPOINT, RELEASE or ROLLBACK TO is about; only for a statement of the kind `savepoint`. */
  readonly savepoint: (statement: SqlStatement) => string;
}

export type Enclosure =
  'quoted string' | 'quoted identifier' | 'dollar-quoted string' | 'block comment';

/** One statement at top level. */
export interface SqlStatement {
  /** From its first to its last token, without the `;`. */
  readonly range: TextRange;
  readonly kind: StatementKind;
  /** Its name in messages: `CREATE INDEX CONCURRENTLY`. */
  readonly command: string;
  /** The index that CREATE INDEX CONCURRENTLY builds, and leaves INVALID if it fails; null for any other statement. */
  readonly createsIndex: CreatedIndex | null;
  /** The rows below a COPY … FROM STDIN, up to but not including the line `\.`; null if there are none. */
  readonly data: TextRange | null;
}

export type UntilCommit = 'no' | 'yes' | 'when called';

/** Names as in the catalog: folded, unquoted, cut to 63 bytes. */
export interface CreatedIndex {
  /** Schema of the table, and so of the index; null if the search path decides. */
  readonly schema: string | null;
  readonly table: string;
  /** Null if the statement leaves the name to the server. */
  readonly name: string | null;
  /** For an index without a name; null if it could not be determined. */
  readonly shape: IndexShape | null;
}

/** What two indexes on a table must have in common to count as the same. */
export interface IndexShape {
  /** Key columns; null for an expression. */
  readonly columns: readonly (string | null)[];
  /** `btree` */
  readonly method: string;
  readonly unique: boolean;
  readonly partial: boolean;
}

export type StatementKind =
  | 'begin'
  /** BEGIN or START TRANSACTION with an isolation level or the like. */
  | 'begin-with-options'
  | 'commit'
  | 'rollback'
  /** SAVEPOINT, RELEASE, ROLLBACK TO: these stay inside a transaction. */
  | 'savepoint'
  /** PREPARE TRANSACTION, COMMIT PREPARED, ROLLBACK PREPARED. */
  | 'two-phase'
  /** COMMIT or ROLLBACK … AND CHAIN. */
  | 'chain'
  | 'copy-from-stdin'
  /** Its rows go to the client, which is pgm. */
  | 'copy-to-stdout'
  /** PostgreSQL refuses it inside a transaction block. */
  | 'outside-transaction'
  | 'discard-all'
  /** An isolation level and the like for the transaction it is in. */
  | 'set-transaction'
  /** The same for the transactions after it. */
  | 'set-characteristics'
  /** client_encoding to anything but UTF8. */
  | 'set-encoding'
  /** standard_conforming_strings to off. */
  | 'set-strings'
  | 'other';

/** What is sent to the server in one go, in order. The server's positions count from the start of the piece. */
export type Piece =
  | {
      readonly kind: 'sql';
      readonly range: TextRange;
      /** Where each of its statements begins in the file. */
      readonly starts: readonly number[];
      /** What is sent as blanks, so that positions stay right: BEGIN of the file itself. */
      readonly blanks: readonly TextRange[];
    }
  /** The COPY statement, then its rows as they are in the file. */
  | { readonly kind: 'copy'; readonly statement: TextRange; readonly data: TextRange }
  /** A COMMIT of the file itself that is left out: what was deferred until it runs here. */
  | { readonly kind: 'commit'; readonly statement: TextRange };
