import type { AccessStatement, Password } from './access.js';
import type { Expr } from './expressions.js';
import type { Created } from './names.js';
import type { Newer } from './newer.js';
import type { ObjectStatement } from './objects.js';
import type { RowStatement } from './rows.js';
import type { TableStatement } from './tables.js';

/**
 * A statement as PostgreSQL's grammar reads it, in as much detail as rules need. Names are folded and unquoted; indices
 * are UTF-16, in the file.
 */
export type Statement = StatementForm & {
  /** Where it begins. */
  readonly at: number;
  /** What it creates; null if it creates nothing that has a name. */
  readonly creates: Created | null;
  /** The INSERT, UPDATE, DELETE and MERGE statements in its WITH. */
  readonly writes: readonly Statement[];
  /** What PostgreSQL 14 does not know, anywhere in the statement but its body. */
  readonly newer: readonly Newer[];
  /** Without those in its WITH or body, which have their own. */
  readonly passwords: readonly Password[];
  /**
   * What is between the quotes of a DO block, a dynamic EXECUTE or a function; that of a function does not run with the
   * file. Null if there is none, as in BEGIN ATOMIC.
   */
  readonly body: Body | null;
};

/** What is specific to each kind of statement. */
export type StatementForm =
  | TableStatement
  | RowStatement
  | ObjectStatement
  | AccessStatement
  | { readonly kind: 'do' }
  /** EXECUTE of PL/pgSQL: what it runs is its body, if that is a constant. */
  | { readonly kind: 'execute' }
  /** A statement that no rule has needed so far: the name of its node in PostgreSQL's source. */
  | { readonly kind: 'other'; readonly node: string };

/** Some statements by their kind, also those that share their form with another one. */
export type StatementOf<K extends Statement['kind']> = Statement & { readonly kind: K };

/** The text of a DO block, a function or a dynamic EXECUTE. */
export interface Body {
  readonly language: string;
  /** The SQL statements in it, in the order of the text. */
  readonly statements: readonly NestedStatement[];
  /** What the parser could not read; null if it read everything, or does not know the language. */
  readonly unread: Unread | null;
}

export interface NestedStatement {
  readonly statement: Statement;
  /** Inside IF, CASE, a loop or an exception handler: it may or may not run. */
  readonly isConditional: boolean;
  /** The conditions around it, outermost first. */
  readonly conditions: readonly Expr[];
  /** Names of the errors that a block around it catches, such as `duplicate_object` or `others`. */
  readonly caught: readonly string[];
}

/** What the grammar could not read. */
export interface Unread {
  /** The parser's message, which quotes no more than a token. */
  readonly reason: string;
  readonly at: number;
}

export type Parsed =
  | { readonly kind: 'parsed'; readonly statement: Statement }
  | ({ readonly kind: 'unread' } & Unread);

/** PostgreSQL's own grammar. */
export interface Grammar {
  /** Reads the one statement between two indices of a file. Never throws. */
  parse(text: string, range: { readonly start: number; readonly end: number }): Parsed;
}
