import type { A_Const, A_Expr, Node } from 'libpg-query';
import type { Expr } from '../../../core/grammar/expressions.js';
import { type Around, nameOf, stringOf, strings, typeName } from '../tree/raw.js';

export function readExpr(node: Node | undefined, around: Around): Expr | null {
  return node === undefined ? null : exprOf(node, around);
}

export function exprsOf(nodes: readonly Node[] | undefined, around: Around): readonly Expr[] {
  return (nodes ?? []).map((node) => exprOf(node, around));
}

function exprOf(node: Node, around: Around): Expr {
  const at = (location: number | undefined): number => around.indexOf(location);
  if ('A_Const' in node) return constant(node.A_Const, at(node.A_Const.location));
  if ('ColumnRef' in node) {
    const { fields, location } = node.ColumnRef;
    return { kind: 'column', path: strings(fields), at: at(location) };
  }
  if ('FuncCall' in node) {
    const { funcname, args, location } = node.FuncCall;
    const { schema, name } = nameOf(strings(funcname), 0);
    return { kind: 'call', schema, name, args: exprsOf(args, around), at: at(location) };
  }
  if ('TypeCast' in node) {
    const { arg, typeName: type = {}, location } = node.TypeCast;
    const operand = readExpr(arg, around) ?? nothing(at(location));
    return { kind: 'cast', operand, type: typeName(type, around), at: at(location) };
  }
  return operatorOf(node, around) ?? callLike(node, around) ?? otherOf(node, around);
}

function constant({ isnull, ival, fval, boolval, sval, bsval }: A_Const, at: number): Expr {
  if (isnull === true) return { kind: 'constant', type: 'null', value: null, at };
  if (ival !== undefined) return number(String(ival.ival ?? 0), at);
  if (fval !== undefined) return number(fval.fval ?? '', at);
  if (boolval !== undefined) {
    return { kind: 'constant', type: 'boolean', value: String(boolval.boolval === true), at };
  }
  return { kind: 'constant', type: 'string', value: sval?.sval ?? bsval?.bsval ?? '', at };
}

function number(value: string, at: number): Expr {
  return { kind: 'constant', type: 'number', value, at };
}

function nothing(at: number): Expr {
  return { kind: 'other', node: '', parts: [], at };
}

function operatorOf(node: Node, around: Around): Expr | null {
  const operator = (
    name: string,
    operands: readonly (Node | undefined)[] | undefined,
    location: number | undefined,
  ): Expr => {
    const present = (operands ?? []).flatMap((each) => each ?? []);
    const at = around.indexOf(location);
    return { kind: 'operator', name, operands: exprsOf(present, around), at };
  };
  if ('A_Expr' in node) {
    const { lexpr, rexpr, location } = node.A_Expr;
    return operator(operatorName(node.A_Expr), [lexpr, rexpr], location);
  }
  if ('BoolExpr' in node) {
    const { boolop, args, location } = node.BoolExpr;
    return operator((boolop ?? 'AND_EXPR').replace('_EXPR', '').toLowerCase(), args, location);
  }
  if (!('NullTest' in node)) return null;
  const { arg, nulltesttype, location } = node.NullTest;
  const name = nulltesttype === 'IS_NOT_NULL' ? 'is not null' : 'is null';
  return operator(name, [arg], location);
}

function operatorName({ kind, name }: A_Expr): string {
  switch (kind) {
    case 'AEXPR_IN':
      return stringOf(name?.[0]) === '<>' ? 'not in' : 'in';
    case 'AEXPR_LIKE':
      return 'like';
    case 'AEXPR_ILIKE':
      return 'ilike';
    case 'AEXPR_DISTINCT':
      return 'is distinct from';
    case 'AEXPR_NOT_DISTINCT':
      return 'is not distinct from';
    case 'AEXPR_NULLIF':
      return 'nullif';
    default:
      return strings(name).at(-1)?.toLowerCase() ?? '';
  }
}

/** Expressions written like calls for which PostgreSQL's grammar has nodes of their own. */
function callLike(node: Node, around: Around): Expr | null {
  const call = (
    name: string,
    args: readonly Node[] | undefined,
    location: number | undefined,
  ): Expr => {
    const at = around.indexOf(location);
    return { kind: 'call', schema: null, name, args: exprsOf(args, around), at };
  };
  if ('CoalesceExpr' in node)
    return call('coalesce', node.CoalesceExpr.args, node.CoalesceExpr.location);
  if ('MinMaxExpr' in node) {
    const { op, args, location } = node.MinMaxExpr;
    return call(op === 'IS_LEAST' ? 'least' : 'greatest', args, location);
  }
  if ('SQLValueFunction' in node) {
    const { op, location } = node.SQLValueFunction;
    return call((op ?? '').replace(/^SVFOP_|_N$/g, '').toLowerCase(), [], location);
  }
  if ('SubLink' in node) {
    const { subselect, testexpr, location } = node.SubLink;
    const query = around.query(subselect);
    const within: Expr = { kind: 'query', query, at: around.indexOf(location) };
    const tested = readExpr(testexpr, around);
    if (tested === null) return within;
    return { kind: 'operator', name: 'in', operands: [tested, within], at: within.at };
  }
  return null;
}

/** All expressions in any other node, in their order. */
function otherOf(node: Node, around: Around): Expr {
  const [name = '', content] = Object.entries(node as Record<string, unknown>)[0] ?? [];
  const location = (content as { location?: number } | undefined)?.location;
  const parts: Expr[] = [];
  collect(content, (child) => parts.push(exprOf(child, around)));
  return { kind: 'other', node: name, parts, at: around.indexOf(location) };
}

function collect(value: unknown, take: (node: Node) => void): void {
  if (Array.isArray(value)) for (const each of value) collect(each, take);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      if (/^[A-Z]/.test(key)) take({ [key]: child as unknown } as unknown as Node);
      else collect(child, take);
    }
  }
}
