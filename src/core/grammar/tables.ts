import type { Expr, Query } from './expressions.js';
import type { Name, TypeName } from './names.js';

/** Statements about tables, their columns, constraints and indexes. */
export type TableStatement =
  | CreateTable
  | CreateTableAs
  | CreateIndex
  | AlterTable
  | { readonly kind: 'truncate'; readonly tables: readonly Name[]; readonly cascade: boolean }
  /** `mode`: `ACCESS EXCLUSIVE`. */
  | { readonly kind: 'lock'; readonly tables: readonly Name[]; readonly mode: string }
  /** VACUUM and ANALYZE; no table means all of the database. */
  | {
      readonly kind: 'vacuum';
      readonly tables: readonly Name[];
      readonly full: boolean;
      readonly onlyAnalyze: boolean;
    }
  | {
      readonly kind: 'reindex';
      readonly what: 'index' | 'table' | 'schema' | 'database' | 'system';
      readonly name: Name | null;
      readonly concurrently: boolean;
    }
  /** No table means all that were clustered before. */
  | { readonly kind: 'cluster'; readonly table: Name | null }
  /** REFRESH MATERIALIZED VIEW. */
  | {
      readonly kind: 'refresh';
      readonly view: Name;
      readonly concurrently: boolean;
      readonly withData: boolean;
    };

export type Persistence = 'permanent' | 'temporary' | 'unlogged';

export interface CreateTable {
  readonly kind: 'create-table';
  readonly table: Name;
  readonly isForeign: boolean;
  readonly persistence: Persistence;
  readonly columns: readonly Column[];
  readonly constraints: readonly Constraint[];
  readonly inherits: readonly Name[];
  readonly partitionOf: Name | null;
  /** PARTITION OF … DEFAULT. */
  readonly isDefault: boolean;
  /** PARTITION BY. */
  readonly isPartitioned: boolean;
  readonly like: readonly Name[];
}

/** CREATE TABLE AS, SELECT INTO, CREATE MATERIALIZED VIEW. */
export interface CreateTableAs {
  readonly kind: 'create-table-as';
  readonly table: Name;
  readonly isMaterializedView: boolean;
  readonly persistence: Persistence;
  readonly withData: boolean;
  readonly query: Query;
}

export interface Column {
  readonly name: string;
  readonly type: TypeName | null;
  readonly default: Expr | null;
  /** GENERATED ALWAYS AS (…) STORED or VIRTUAL. */
  readonly generated: 'stored' | 'virtual' | null;
  readonly isIdentity: boolean;
  readonly isNotNull: boolean;
  /** Those written with the column; NOT NULL, DEFAULT and GENERATED are fields of their own. */
  readonly constraints: readonly Constraint[];
  readonly at: number;
}

export interface Constraint {
  readonly type: 'check' | 'foreign key' | 'unique' | 'primary key' | 'exclude' | 'not null';
  /** Null if the statement leaves the name to the server. */
  readonly name: string | null;
  readonly columns: readonly string[];
  /** Of a CHECK. */
  readonly expression: Expr | null;
  /** The table that a foreign key refers to. */
  readonly references: Name | null;
  readonly notValid: boolean;
  /** False for NOT ENFORCED. */
  readonly isEnforced: boolean;
  /** UNIQUE or PRIMARY KEY USING INDEX. */
  readonly usingIndex: string | null;
  readonly at: number;
}

export interface CreateIndex {
  readonly kind: 'create-index';
  /** Null if the statement leaves the name to the server. */
  readonly name: string | null;
  readonly table: Name;
  /** False for ON ONLY. */
  readonly withPartitions: boolean;
  readonly unique: boolean;
  readonly concurrently: boolean;
  readonly method: string;
  /** Null for an expression. */
  readonly columns: readonly (string | null)[];
  readonly where: Expr | null;
}

export interface AlterTable {
  readonly kind: 'alter-table';
  readonly table: Name;
  readonly what:
    'table' | 'index' | 'view' | 'materialized view' | 'sequence' | 'foreign table' | 'type';
  /** False for ONLY. */
  readonly withChildren: boolean;
  readonly actions: readonly AlterAction[];
}

/** One part of an ALTER TABLE. */
export type AlterAction = (
  | { readonly kind: 'add-column'; readonly column: Column; readonly ifNotExists: boolean }
  | {
      readonly kind: 'drop-column';
      readonly column: string;
      readonly ifExists: boolean;
      readonly cascade: boolean;
    }
  | {
      readonly kind: 'alter-type';
      readonly column: string;
      readonly type: TypeName;
      readonly using: Expr | null;
    }
  /** Null for DROP DEFAULT. */
  | { readonly kind: 'set-default'; readonly column: string; readonly default: Expr | null }
  | { readonly kind: 'set-not-null'; readonly column: string }
  | { readonly kind: 'drop-not-null'; readonly column: string }
  | { readonly kind: 'add-constraint'; readonly constraint: Constraint }
  | {
      readonly kind: 'drop-constraint';
      readonly constraint: string;
      readonly ifExists: boolean;
      readonly cascade: boolean;
    }
  | { readonly kind: 'validate-constraint'; readonly constraint: string }
  | { readonly kind: 'attach-partition'; readonly partition: Name; readonly isDefault: boolean }
  | { readonly kind: 'detach-partition'; readonly partition: Name; readonly concurrently: boolean }
  | { readonly kind: 'row-security'; readonly change: 'enable' | 'disable' | 'force' | 'no force' }
  /** `identity`: `full`, `nothing`, `default` or `index`. */
  | { readonly kind: 'replica-identity'; readonly identity: string; readonly index: string | null }
  /** Any other, named as in PostgreSQL's source without `AT_`: `SetLogged`, `SetTableSpace`, `EnableTrig`. */
  | {
      readonly kind: 'other';
      readonly word: string;
      readonly name: string | null;
      readonly ifExists: boolean;
    }
) & { readonly at: number };
