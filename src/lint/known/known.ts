import type { Name, ObjectKind, TypeName } from '../../core/grammar/names.js';
import type { LockMode } from '../../core/proof/database/lock-modes.js';
import type { Constraint, Persistence } from '../../core/grammar/tables.js';
import type { Expr } from '../../core/grammar/expressions.js';

/** What is known of the database from the statements before, for rules to ask. */
export interface Known {
  /** The table, view or sequence of that name; null if no file made it, so that it was there before or never was. */
  relation(name: Name): Relation | null;
  /** The same, or else what ALTER TABLE told of one that no file made: columns and constraints that were added to it. */
  shapeOf(table: Name): Relation | null;
  /** Every table, view and sequence that a file made and none dropped. */
  relations(): Iterable<Relation>;
  /** Tables that no file made, with what ALTER TABLE told of them. */
  altered(): Iterable<Relation>;
  index(name: Name): Index | null;
  indexesOf(table: Name): readonly Index[];
  /** Any other object that a file made and none dropped. `on`: the table of a trigger, policy, rule or constraint. */
  object(kind: ObjectKind, name: Name, on?: Name | null): KnownObject | null;
  /**
   * True if nobody else can use the table yet: it is temporary, or a file made it that is not deployed, as none is
   * where nothing is said of it. A lock on it makes nobody wait, and it has no rows from before.
   */
  isNew(table: Name): boolean;
  /** The file that dropped it last, as long as nothing made it again. `on`: as for `object`. */
  droppedBy(kind: ObjectKind, name: Name, on?: Name | null): Origin | null;
  /** A file has a DO block or a function that runs what cannot be known before it runs, or that could not be read. */
  readonly runsUnknown: boolean;
  /** The file whose UPDATE last gave rows of the table a value in the column. */
  filledBy(table: Name, column: string): Origin | null;
  readonly settings: Settings;
  /** Locks that this file has taken so far on tables that are not new, each where it was first taken; empty outside a transaction. */
  readonly locks: readonly HeldLock[];
  /** The locks of earlier files that are still to be applied as well, if they take more than one. */
  readonly earlier: readonly FileLocks[];
  /** The name with its schema: that of the search path, `public` where no file sets one. */
  qualified(name: Name): string;
}

/** Where something comes from. */
export interface Origin {
  /** The key of the file. */
  readonly file: string;
  /** Whether the file is in place with this content, as far as that is known. */
  readonly isDeployed: boolean;
  /** `-- pgm:once`: what it does it does not do again. */
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
  /** By name; empty for what is made by a query. */
  readonly columns: ReadonlyMap<string, KnownColumn>;
  readonly constraints: readonly KnownConstraint[];
  /** Null: as it was made. */
  readonly replicaIdentity: string | null;
  /** REPLICA IDENTITY USING INDEX. */
  readonly replicaIndex: string | null;
  /** It has columns of another table or of a query: LIKE, INHERITS, AS. */
  readonly isDerived: boolean;
  /** Which file switched row security on; null: it is off. */
  readonly rowSecurity: Origin | null;
  /** By name. */
  readonly policies: ReadonlyMap<string, Origin>;
}

export interface KnownColumn extends Origin {
  readonly name: string;
  readonly type: TypeName | null;
  readonly isNotNull: boolean;
  readonly default: Expr | null;
  /** That with which it was added, so that no row was left without. */
  readonly addedDefault: Expr | null;
  readonly isGenerated: boolean;
  readonly isIdentity: boolean;
}

/** A constraint of a table; `notValid` is false once it has been validated. */
export interface KnownConstraint extends Constraint, Origin {}

export interface Index extends Origin {
  readonly schema: string;
  /** Null if its statement left the name to the server. */
  readonly name: string | null;
  /** The table with its schema. */
  readonly table: string;
  readonly unique: boolean;
  /** Null for an expression. */
  readonly columns: readonly (string | null)[];
  /** Null if it has every row. */
  readonly where: Expr | null;
  readonly method: string;
}

/** The table of an index, which is in the schema of the index. */
export function tableOf({ schema, table }: Index): Name {
  return { schema, name: table.slice(schema.length + 1), at: 0 };
}

export interface KnownObject extends Origin {
  readonly kind: ObjectKind;
  /** Of a function; null for what is none. */
  readonly volatility: 'volatile' | 'stable' | 'immutable' | null;
}

/** What the file has set for its session so far; null: not set by it. Names in lower case. */
export type Settings = ReadonlyMap<string, readonly string[] | null>;

export interface FileLocks {
  /** The key of the file. */
  readonly file: string;
  readonly locks: readonly HeldLock[];
}

export interface HeldLock {
  /** With its schema. */
  readonly table: string;
  readonly mode: LockMode;
  /** Where the statement begins that took it. */
  readonly at: number;
  readonly command: string;
  /** It was taken to change many rows. */
  readonly isBackfill: boolean;
}
