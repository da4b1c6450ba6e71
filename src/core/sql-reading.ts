/** A stretch of a file's text: UTF-16 indices, `end` exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** What was found in the text of one file, without a server. Indices are those of the text that was read. */
export type SqlReading =
  /** Every statement, in order; none in a file of blanks and comments. */
  | ({ readonly kind: 'statements' } & StatementList)
  /**
   * The grammar of PostgreSQL does not take the text, at `at`. The statements are those of the plain lexer: the grammar
   * of the server may be another version and has the last word.
   */
  | ({ readonly kind: 'syntax-error'; readonly at: number } & StatementList)
  /** A quote or comment that opens at `at` and never ends. */
  | {
      readonly kind: 'unterminated';
      readonly what: Enclosure;
      readonly at: number;
      /** Where the first '…' before it that runs over a line end opens: where a quote is missing, it is often there. */
      readonly firstOverLines: number | null;
    }
  /** A command of psql, without its arguments: `\connect`. */
  | { readonly kind: 'meta-command'; readonly command: string; readonly at: number };

export interface StatementList {
  readonly statements: readonly SqlStatement[];
  /** Lines that psql obeys, the server cannot read and nobody misses: `\restrict` and `\unrestrict` of pg_dump. */
  readonly skipped: readonly TextRange[];
  /** False when a plain lexer stood in for the grammar; `destroys` then rather says too much than too little. */
  readonly exact: boolean;
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
  /** What stored data it destroys and how (`DROP COLUMN`, `DO block with EXECUTE`), or null. */
  readonly destroys: string | null;
  /** The index that CREATE INDEX CONCURRENTLY builds, and leaves INVALID when it fails; null for any other statement. */
  readonly createsIndex: CreatedIndex | null;
  /** The rows below a COPY … FROM STDIN, up to but without the line `\.`; null when there are none. */
  readonly data: TextRange | null;
}

/** Names as the catalog has them: folded, unquoted, cut to 63 bytes. */
export interface CreatedIndex {
  /** Of the table, and so of the index; null where the search path decides. */
  readonly schema: string | null;
  readonly table: string;
  /** Null when the statement leaves it to the server. */
  readonly name: string | null;
  /** Of an index without a name; null when it could not be told. */
  readonly shape: IndexShape | null;
}

/** What two indexes on a table have to share to be taken for the same. */
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
  /** BEGIN or START TRANSACTION that asks for an isolation level or the like. */
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
  /** Its rows come to the client, which is pgm. */
  | 'copy-to-stdout'
  /** PostgreSQL refuses it inside a transaction block. */
  | 'outside-transaction'
  | 'discard-all'
  | 'other';

/** What is sent to the server at once, in order. Positions of the server count from the start of the piece. */
export type Piece =
  | { readonly kind: 'sql'; readonly range: TextRange }
  /** The COPY statement, then its rows as they are in the file. */
  | { readonly kind: 'copy'; readonly statement: TextRange; readonly data: TextRange };
