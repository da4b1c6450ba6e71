import type { Name, TypeName } from './names.js';

/** An expression, as far as a rule has to understand it. Indices are UTF-16, in the file. */
export type Expr =
  | {
      readonly kind: 'constant';
      readonly type: 'string' | 'number' | 'boolean' | 'null';
      /** It may be secret: never to be shown. */
      readonly value: string | null;
      readonly at: number;
    }
  /** `['t', 'a']`; a `*` stands for all columns. In a body it may also be a variable. */
  | { readonly kind: 'column'; readonly path: readonly string[]; readonly at: number }
  /** Also what PostgreSQL treats as a call: `coalesce`, `current_timestamp`, `greatest`. */
  | {
      readonly kind: 'call';
      readonly schema: string | null;
      readonly name: string;
      readonly args: readonly Expr[];
      readonly at: number;
    }
  /** `+`, `=`, `and`, `or`, `not`, `is null`, `is not null`, `in`, `like`. */
  | {
      readonly kind: 'operator';
      readonly name: string;
      readonly operands: readonly Expr[];
      readonly at: number;
    }
  | {
      readonly kind: 'cast';
      readonly operand: Expr;
      readonly type: TypeName;
      readonly at: number;
    }
  | {
      readonly kind: 'query';
      readonly query: Query;
      readonly at: number;
    }
  /** CASE, ARRAY, ROW and everything else. */
  | {
      readonly kind: 'other';
      readonly node: string;
      readonly parts: readonly Expr[];
      readonly at: number;
    };

/** A SELECT or VALUES. */
export interface Query {
  /** Tables and views that it or a part of it reads, except the names of its WITH. */
  readonly reads: readonly Name[];
  /** It or a part of it reads a name of the WITH around it. */
  readonly readsWith: boolean;
  /** Functions that it or a part of it calls. */
  readonly calls: readonly Name[];
  /** The output expressions of a SELECT, without their names. */
  readonly targets: readonly Expr[];
  readonly where: Expr | null;
  /** It has a LIMIT. */
  readonly isLimited: boolean;
  /** The rows of VALUES; null for a SELECT. */
  readonly rows: readonly (readonly Expr[])[] | null;
}

/** The expression and all its parts; of a query inside it, only the WHERE. */
export function* everyExpr(expr: Expr | null): Generator<Expr> {
  if (expr === null) return;
  yield expr;
  for (const part of partsOf(expr)) yield* everyExpr(part);
}

function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'constant':
    case 'column':
      return [];
    case 'call':
      return expr.args;
    case 'operator':
      return expr.operands;
    case 'cast':
      return [expr.operand];
    case 'query':
      return expr.query.where === null ? [] : [expr.query.where];
    case 'other':
      return expr.parts;
  }
}
