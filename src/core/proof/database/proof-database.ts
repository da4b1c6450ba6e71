import type { Catalog } from '../../catalog/catalog.js';
import type { SchemaReading } from '../../schema/parts/reading.js';
import type { ServerError } from '../../failure/server-error.js';
import type { Migration } from '../../files/migration.js';
import type { Piece } from '../../statements/sql-reading.js';
import type { TextRange } from '../../text/text-range.js';
import type { LockMode } from './lock-modes.js';

/** A database that is created for a proof and dropped after it. Throws `Transient` and `Refused`, as `Database` does. */
export interface ProofDatabase {
  /** `18.4` */
  readonly serverVersion: string;
  /** A backend with the settings of a new session. */
  readonly session: ProofSession;
  /** Cancels the statement that is running. */
  cancel(): void;
  /** Drops the database. */
  close(): Promise<void>;
}

/** What the server says about the SQL it is sent is a result; null means no error. */
export interface ProofSession {
  /** Begins the transaction of a file, as a run does; `again`: of one that is recorded, and is rolled back. */
  begin(file: ProofFile, again?: boolean): Promise<void>;
  /** Prepares the session for a file outside a transaction, as a run does. */
  prepare(file: ProofFile): Promise<void>;
  /** Sends a piece of the file, or a part of one. */
  run(sql: string, piece: Piece): Promise<FailedPart | null>;
  /** Checks the deferred constraints, as COMMIT does. */
  checkDeferred(): Promise<ServerError | null>;
  /** The same, and then they are deferred again. */
  tryDeferred(): Promise<ServerError | null>;
  /** Records the file and commits, as a run does. */
  commit(): Promise<FailedPart | null>;
  /** Of a run `again`, the sequences are as they were at `mark`. */
  rollback(): Promise<void>;
  /** Marks the point in the transaction that `goBack` returns to. */
  mark(): Promise<void>;
  /** The sequences are as they were too, and the session is. */
  goBack(): Promise<void>;
  /** Gives the session the settings of a new one. */
  reset(): Promise<void>;
  /** All current tables, materialized views, views and indexes, each with the file that stores its rows. */
  relations(): Promise<Relations>;
  /**
   * `all`: every relation, not only those that the transaction has locked, as a starting point for later counts. `upTo`: only
   * those with this OID or a lower one.
   */
  witness(all?: boolean, upTo?: number): Promise<Witness>;
  /** From now until `goBack` a witness says why tables are rewritten. Does nothing for a role without the privilege. */
  watchRewrites(): Promise<void>;
  /** Milliseconds that a statement outside a transaction may wait for a lock: as set by the file, else `own`. */
  lockTimeoutMs(own: number | null): Promise<number>;
  /** The locks that this backend takes until `work` ends, even if it commits in between. */
  watching<T>(
    work: () => Promise<T>,
  ): Promise<{ readonly result: T; readonly locks: readonly Lock[] }>;
  catalog(): Promise<Catalog>;
  /** The catalog and what is needed to write it as SQL, outside a transaction. */
  schema(): Promise<SchemaReading>;
  lastWriters(): Promise<LastWriters>;
  /** The rows of these tables, or of all. */
  contents(tables: readonly string[] | null): Promise<ReadonlyMap<string, Contents>>;
  /** Puts rows into empty tables, as far as their constraints allow. Returns the tables that still have none. */
  fill(tables: readonly string[], rows: number): Promise<readonly string[]>;
}

/** A file to run. */
export interface ProofFile {
  readonly migration: Migration;
  readonly literals: readonly TextRange[];
  /** `-- pgm:lock-timeout`: how long it may wait for a lock; null for the value of the command line. */
  readonly lockTimeoutMs: number | null;
}

export interface FailedPart {
  readonly error: ServerError;
  /** UTF-16 index in the file at which the sent text begins. */
  readonly pieceStart: number;
  /** Where in the file the statement begins that failed, or that made COMMIT fail; null if that is not known. */
  readonly statementStart: number | null;
}

/** The number of the file that stores each relation's rows, by the relation's OID; 0 for one that stores none. */
export type Relations = ReadonlyMap<number, number>;

/** The transaction that last wrote each object's rows in the catalogs, by its kind and identity. */
export type LastWriters = ReadonlyMap<string, number>;

/** What the server counts for this backend, and the locks it holds, in the open transaction. */
export interface Witness {
  readonly relations: readonly WitnessedRelation[];
  /** Rows written to the system catalogs; as for the other counts, only differences mean something. */
  readonly catalogWrites: number;
  /** Rows of objects deleted from the system catalogs. */
  readonly catalogDeletes: number;
  /** See `LastWriters`; null while the transaction has written nothing. */
  readonly transaction: number | null;
  /** Milliseconds that the next statement may wait for a lock; 0: without limit. */
  readonly lockTimeoutMs: number;
  /** In the order in which they happened; see `watchRewrites`. */
  readonly rewrites: readonly Rewrite[];
}

/** A table that was rewritten. */
export interface Rewrite {
  readonly oid: number;
  /** See `rewriteReasons`. */
  readonly reason: number;
}

export interface WitnessedRelation {
  readonly oid: number;
  /** `public.users`; for an index the name of its table. */
  readonly name: string;
  readonly kind: 'table' | 'view' | 'materialized view' | 'index' | 'other';
  readonly modes: readonly LockMode[];
  /** See `Relations`. */
  readonly file: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

export interface Lock {
  readonly oid: number;
  /** See `WitnessedRelation`. */
  readonly name: string;
  /** False for an index. */
  readonly isTable: boolean;
  readonly mode: LockMode;
}

/** The rows of a table. */
export interface Contents {
  readonly count: number;
  /** Of all rows, independent of their order. */
  readonly digest: string;
  /** Each row as a JSON object; null if there are too many to compare one by one. */
  readonly rows: readonly string[] | null;
  /** The columns of its primary key; empty without one. */
  readonly key: readonly string[];
}
