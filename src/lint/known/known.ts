import type { Name, ObjectKind, TypeName } from '../../core/grammar/names.js';
import type { LockMode } from '../../core/proof/database/lock-modes.js';
import type { Constraint, Persistence } from '../../core/grammar/tables.js';
import type { Expr } from '../../core/grammar/expressions.js';

/** What rules can ask about the database, as known from the statements so far. */
export interface Known {
  /** The table, view or sequence of that name; null if no file created it, so that it existed before or never did. */
  relation(name: Name): Relation | null;
  /** The same, or else what ALTER TABLE says of one that no file created: the columns and constraints it added. */
  shapeOf(table: Name): Relation | null;
  /** Every table, view and sequence that a file created and none dropped. */
  relations(): Iterable<Relation>;
  /** Tables that no file created, with what ALTER TABLE says of them. */
  altered(): Iterable<Relation>;
  index(name: Name): Index | null;
  indexesOf(table: Name): readonly Index[];
  /** Any other object that a file created and none dropped. `on`: the table of a trigger, policy, rule or constraint. */
  object(kind: ObjectKind, name: Name, on?: Name | null): KnownObject | null;
  /**
   * True if nobody else can use the table yet: it is temporary, or created by a file that is not deployed. If it is not
   * known what is deployed, no file is. Nobody waits for a lock on it, and it has no old rows.
   */
  isNew(table: Name): boolean;
  /** The file that last dropped it, unless it was created again. `on`: as for `object`. */
  droppedBy(kind: ObjectKind, name: Name, on?: Name | null): Origin | null;
  /** A file has a DO block or a function whose statements are not known before it runs, or that could not be read. */
  readonly runsUnknown: boolean;
  /** The file whose UPDATE last assigned the column in rows of the table. */
  filledBy(table: Name, column: string): Origin | null;
  readonly settings: Settings;
  /** Locks that this file has taken on tables that are not new, each where it was first taken; empty outside a transaction. */
  readonly locks: readonly HeldLock[];
  /** The locks of earlier files that are still to be applied too, if they take more than one. */
  readonly earlier: readonly FileLocks[];
  /** The name with its schema: that of the search path, `public` if no file sets one. */
  qualified(name: Name): string;
}

/** Where something was created or changed. */
export interface Origin {
  /** The key of the file. */
  readonly file: string;
  /** Whether the file is in place with this content, as far as that is known. */
  readonly isDeployed: boolean;
  /** `-- pgm:once`: it never runs again. */
  readonly runsOnce: boolean;
}

export interface Relation extends Origin {
  readonly kind: 'table' | 'foreign table' | 'view' | 'materialized view' | 'sequence';
  readonly schema: string;
  readonly name: string;
  readonly persistence: Persistence;
  readonly isPartitioned: boolean;
  /** The table it is a partition of, with its schema. */
  readonly partitionOf: string | null;
  /** It is the DEFAULT partition. */
  readonly isDefault: boolean;
  /** By name; empty for the columns of a query. */
  readonly columns: ReadonlyMap<string, KnownColumn>;
  readonly constraints: readonly KnownConstraint[];
  /** Null: the one it was created with. */
  readonly replicaIdentity: string | null;
  /** REPLICA IDENTITY USING INDEX. */
  readonly replicaIndex: string | null;
  /** It has columns from another table or a query: LIKE, INHERITS, AS. */
  readonly isDerived: boolean;
  /** The file that enabled row security; null: it is off. */
  readonly rowSecurity: Origin | null;
  /** By name. */
  readonly policies: ReadonlyMap<string, Origin>;
}

export interface KnownColumn extends Origin {
  readonly name: string;
  readonly type: TypeName | null;
  readonly isNotNull: boolean;
  readonly default: Expr | null;
  /** The default that it was added with, so that no row lacked a value. */
  readonly addedDefault: Expr | null;
  readonly isGenerated: boolean;
  readonly isIdentity: boolean;
}

/** A constraint of a table; `notValid` is false once it has been validated. */
export interface KnownConstraint extends Constraint, Origin {}

export interface Index extends Origin {
  readonly schema: string;
  /** Null if its statement leaves the name to the server. */
  readonly name: string | null;
  /** The table with its schema. */
  readonly table: string;
  readonly unique: boolean;
  /** Null for an expression. */
  readonly columns: readonly (string | null)[];
  /** Null if it contains every row. */
  readonly where: Expr | null;
  readonly method: string;
}

/** The table of an index, which is in the schema of the index. */
export function tableOf({ schema, table }: Index): Name {
  return { schema, name: table.slice(schema.length + 1), at: 0 };
}

export interface KnownObject extends Origin {
  readonly kind: ObjectKind;
  /** For a function; null for other objects. */
  readonly volatility: 'volatile' | 'stable' | 'immutable' | null;
}

/** What the file has set for its session so far; null: reset. Names in lower case. */
type Settings = ReadonlyMap<string, readonly string[] | null>;

export interface FileLocks {
  /** The key of the file. */
  readonly file: string;
  readonly locks: readonly HeldLock[];
}

export interface HeldLock {
  /** With its schema. */
  readonly table: string;
  readonly mode: LockMode;
  /** Where the statement that took it begins. */
  readonly at: number;
  readonly command: string;
  /** It was taken to change many rows. */
  readonly isBackfill: boolean;
}
