import type { Expr, Query } from './expressions.js';
import type { Name, ObjectKind, TypeName } from './names.js';

/** Statements about objects other than tables. What they create is in `creates` of the statement. */
export type ObjectStatement =
  | {
      readonly kind: 'drop';
      readonly object: ObjectKind;
      readonly names: readonly DroppedName[];
      readonly ifExists: boolean;
      readonly cascade: boolean;
      readonly concurrently: boolean;
    }
  | {
      readonly kind: 'rename';
      readonly object: ObjectKind;
      /** The object, or the table whose part is renamed. */
      readonly name: Name;
      /** The column, constraint, trigger, policy or attribute; null if it is the object itself. */
      readonly part: string | null;
      readonly to: string;
      readonly ifExists: boolean;
    }
  /** ALTER … SET SCHEMA. */
  | {
      readonly kind: 'set-schema';
      readonly object: ObjectKind;
      readonly name: Name;
      readonly to: string;
      readonly ifExists: boolean;
    }
  | CreateFunction
  | {
      readonly kind: 'create-view';
      readonly view: Name;
      readonly query: Query;
    }
  | {
      readonly kind: 'alter-enum';
      readonly type: Name;
      /** Null for RENAME VALUE. */
      readonly adds: string | null;
      readonly renames: string | null;
      readonly ifNotExists: boolean;
    }
  /** `action`: `add constraint`, `drop constraint`, `validate constraint`, `set default`, `set not null`, `drop not null`. */
  | {
      readonly kind: 'alter-domain';
      readonly domain: Name;
      readonly action: string;
      /** Its name; null if the action has no constraint, or leaves the name to the server. */
      readonly constraint: string | null;
      /** DROP CONSTRAINT IF EXISTS. */
      readonly ifExists: boolean;
      readonly notValid: boolean;
    }
  | {
      readonly kind: 'create-trigger';
      readonly table: Name;
      readonly isConstraint: boolean;
    }
  | {
      readonly kind: 'create-policy' | 'alter-policy';
      readonly table: Name;
      readonly policy: string;
      readonly using: Expr | null;
      readonly check: Expr | null;
    }
  /** ALTER … ADD, DROP or SET of a publication. */
  | { readonly kind: 'alter-publication'; readonly publication: string; readonly action: string }
  | {
      readonly kind: 'import-foreign-schema';
      readonly server: string;
      readonly into: string;
      /** LIMIT TO: the only tables it makes. */
      readonly only: readonly string[];
    }
  | { readonly kind: 'drop-owned'; readonly roles: readonly string[] }
  /** Any other CREATE: `creates` says everything about it. */
  | { readonly kind: 'create' };

export interface DroppedName extends Name {
  /** The table of a trigger, policy or rule. */
  readonly on: Name | null;
}

export interface CreateFunction {
  readonly kind: 'create-function';
  readonly function: Name;
  readonly isProcedure: boolean;
  readonly returns: TypeName | null;
  readonly language: string;
  readonly volatility: 'volatile' | 'stable' | 'immutable';
  readonly securityDefiner: boolean;
  /** SET … FROM CURRENT has no values. */
  readonly settings: readonly { readonly name: string; readonly values: readonly string[] }[];
}
