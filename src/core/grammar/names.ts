/** A name as in the catalog: folded, unquoted. */
export interface Name {
  /** Null if the search path decides. */
  readonly schema: string | null;
  readonly name: string;
  /** UTF-16 index in the file; of the statement if the grammar keeps no position. */
  readonly at: number;
}

/** A type as written: `varchar(10)` is `pg_catalog.varchar` with the modifier 10. */
export interface TypeName extends Name {
  /** `[10]`, `[12, 2]`; empty if there are none, null for one that is not a number. */
  readonly modifiers: readonly (number | null)[];
  readonly isArray: boolean;
}

/** What kind of object a statement creates, renames or drops, in PostgreSQL's words. */
export type ObjectKind =
  | 'access method'
  | 'aggregate'
  | 'cast'
  | 'collation'
  | 'column'
  | 'constraint'
  | 'conversion'
  | 'database'
  | 'domain'
  | 'domain constraint'
  | 'event trigger'
  | 'extension'
  | 'foreign data wrapper'
  | 'foreign table'
  | 'function'
  | 'index'
  | 'language'
  | 'materialized view'
  | 'operator'
  | 'operator class'
  | 'operator family'
  | 'policy'
  | 'procedure'
  | 'publication'
  | 'role'
  | 'routine'
  | 'rule'
  | 'schema'
  | 'sequence'
  | 'server'
  | 'statistics'
  | 'subscription'
  | 'table'
  | 'tablespace'
  | 'text search configuration'
  | 'text search dictionary'
  | 'text search parser'
  | 'text search template'
  | 'transform'
  | 'trigger'
  | 'type'
  | 'user mapping'
  | 'view'
  | 'other';

/** An object that a statement creates. */
export interface Created extends Name {
  readonly object: ObjectKind;
  /** The table of a trigger, policy, rule or index; null for others. */
  readonly on: Name | null;
  readonly ifNotExists: boolean;
  readonly orReplace: boolean;
}
