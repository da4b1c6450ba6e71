import type { Expr, Query } from './expressions.js';
import type { Name } from './names.js';

/** Statements that read or write rows. */
export type RowStatement =
  | Insert
  | Update
  | Delete
  | Merge
  | { readonly kind: 'select'; readonly query: Query; readonly locksRows: boolean }
  | {
      readonly kind: 'copy';
      readonly table: Name | null;
      readonly direction: 'from' | 'to';
    };

export interface Insert {
  readonly kind: 'insert';
  readonly table: Name;
  /** Empty if none are named. */
  readonly columns: readonly string[];
  /** Null for DEFAULT VALUES. */
  readonly query: Query | null;
  readonly onConflict: 'nothing' | 'update' | null;
  /** Of ON CONFLICT DO UPDATE. */
  readonly assignments: readonly Assignment[];
  /** Of ON CONFLICT DO UPDATE. */
  readonly updateWhere: Expr | null;
}

export interface Update {
  readonly kind: 'update';
  readonly table: Name;
  /** The name of the table within the statement. */
  readonly alias: string;
  readonly assignments: readonly Assignment[];
  readonly where: Expr | null;
  readonly reads: readonly Name[];
}

export interface Delete {
  readonly kind: 'delete';
  readonly table: Name;
  readonly where: Expr | null;
}

export interface Merge {
  readonly kind: 'merge';
  readonly table: Name;
  readonly alias: string;
  /** Of its UPDATE. */
  readonly assignments: readonly Assignment[];
  /** ON, and WHEN … AND. */
  readonly conditions: readonly Expr[];
  readonly reads: readonly Name[];
}

export interface Assignment {
  readonly column: string;
  readonly value: Expr | null;
  readonly at: number;
}
