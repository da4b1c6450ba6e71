import type { Name, ObjectKind } from './names.js';

/** Statements about roles, rights, settings and transactions. */
export type AccessStatement =
  | {
      readonly kind: 'grant' | 'revoke';
      readonly object: ObjectKind;
      readonly names: readonly Name[];
      /** ON ALL TABLES IN SCHEMA: `names` are schemas. */
      readonly allInSchema: boolean;
      /** In upper case; empty for ALL. */
      readonly privileges: readonly string[];
      /** `public` for PUBLIC. */
      readonly grantees: readonly string[];
    }
  | {
      readonly kind: 'grant-role' | 'revoke-role';
      readonly roles: readonly string[];
      readonly grantees: readonly string[];
    }
  | {
      readonly kind: 'default-privileges';
      readonly isGrant: boolean;
      readonly object: ObjectKind;
      readonly privileges: readonly string[];
      readonly grantees: readonly string[];
    }
  | {
      readonly kind: 'set';
      /** In lower case; `role` and `session_authorization` for SET ROLE and the like; `all` for RESET ALL. */
      readonly name: string;
      /** Null for RESET and TO DEFAULT. */
      readonly values: readonly string[] | null;
    }
  /** `verb`: `begin`, `commit`, `rollback`, `savepoint` … */
  | { readonly kind: 'transaction'; readonly verb: string }
  /** ALTER FUNCTION, PROCEDURE, ROUTINE. */
  | {
      readonly kind: 'alter-function';
      readonly function: Name;
      readonly securityDefiner: boolean | null;
      readonly sets: readonly string[];
    };

/** A password in clear text, or a hash that is enough to log in. Its value is not kept. */
export interface Password {
  /** `role app`, `subscription s` */
  readonly of: string;
  /** UTF-16 index in the file, of the option or the literal; of the statement if the grammar keeps no position. */
  readonly at: number;
}
