import { everyExpr, type Expr } from '../../../core/grammar/expressions.js';
import type { TypeName } from '../../../core/grammar/names.js';

/** The column that is assigned. */
interface Target {
  readonly column: string;
  /** Null if it is not known. */
  readonly type: TypeName | null;
  readonly isOwn: (path: readonly string[]) => boolean;
}

/** Whether the value is computed from the old one, so that assigning it twice differs from assigning it once. */
export function addsUp(value: Expr | null, target: Target): boolean {
  if (value === null) return false;
  switch (value.kind) {
    case 'operator':
      return ofOperator(value, target);
    case 'call':
      return ofCall(value, target);
    case 'cast':
      return addsUp(value.operand, target);
    case 'other':
      return value.node === 'CaseExpr' ? ofCase(value.parts, target) : some(value.parts, target);
    default:
      return false;
  }
}

function some(parts: readonly Expr[], target: Target): boolean {
  return parts.some((part) => addsUp(part, target));
}

function isOld(expr: Expr, { column, isOwn }: Target): boolean {
  return expr.kind === 'column' && expr.path.at(-1) === column && isOwn(expr.path);
}

/** Whether the old value occurs in it. */
export function hasOld(expr: Expr, target: Target): boolean {
  return Array.from(everyExpr(expr)).some((each) => isOld(each, target));
}

const growing = new Set(['+', '-', '*', '/', '^', '<<', '>>', '#', 'not', '||']);

function ofOperator(
  { name, operands }: Extract<Expr, { readonly kind: 'operator' }>,
  target: Target,
): boolean {
  if (!growing.has(name)) return false;
  const others = operands.filter((operand) => !hasOld(operand, target));
  if (others.length === operands.length) return false;
  if (name === '||') return appends(others, target);
  // `json - 'key'`: a number or a time has no plain string to its right.
  return name !== '-' || !others.some(isText) || (target.type !== null && !isJson(target.type));
}

/** `||` merges JSON objects, which changes nothing the second time; anything else it appends. */
function appends(others: readonly Expr[], { type }: Target): boolean {
  if (others.some((other) => startOf(other)?.startsWith('[') === true)) return true;
  if (type !== null) return !isJson(type) && type.name !== 'hstore';
  return others.every((other) => other.kind !== 'column') && !others.some(isObject);
}

function isJson({ name, isArray }: TypeName): boolean {
  return (name === 'jsonb' || name === 'json') && !isArray;
}

function isText(expr: Expr): boolean {
  if (expr.kind === 'cast') return expr.type.name === 'text';
  return expr.kind === 'constant' && expr.type === 'string';
}

function startOf(expr: Expr): string | null {
  const value = expr.kind === 'cast' ? expr.operand : expr;
  return value.kind === 'constant' && value.type === 'string' ? (value.value ?? '').trim() : null;
}

function isObject(expr: Expr): boolean {
  if (expr.kind === 'call') return /^(?:jsonb?_|to_jsonb?$|hstore$)/.test(expr.name);
  if (expr.kind === 'cast' && (isJson(expr.type) || expr.type.name === 'hstore')) return true;
  return /^\{\s*["}]/.test(startOf(expr) ?? '');
}

const growingCalls =
  /^(?:array_(?:append|cat|prepend)|concat(?:_ws)?|crypt|date_(?:add|subtract)|decode|decrypt|digest|encode|encrypt|exp|format|hmac|jsonb_insert|ln|md5|pgp_\w+|power|repeat|reverse|sha\d+|sqrt)$/;

function ofCall(call: Extract<Expr, { readonly kind: 'call' }>, target: Target): boolean {
  const { name, args } = call;
  if (some(args, target)) return true;
  if (!args.some((arg) => hasOld(arg, target))) return false;
  if (growingCalls.test(name)) return true;
  const [, second, third] = args;
  if (name === 'substr' || name === 'substring')
    return second?.kind === 'constant' && second.type === 'number' && Number(second.value) > 1;
  if (name !== 'replace' || second?.kind !== 'constant' || third?.kind !== 'constant') return false;
  return second.value !== null && third.value?.includes(second.value) === true;
}

/** CASE as the grammar returns it: what is compared, if anything, WHEN … THEN …, and the result of ELSE. */
function ofCase(parts: readonly Expr[], target: Target): boolean {
  const whens = parts.flatMap((part) =>
    part.kind === 'other' && part.node === 'CaseWhen' ? [part.parts] : [],
  );
  const first = parts[0];
  const last = parts.at(-1);
  const isElse = last !== undefined && !(last.kind === 'other' && last.node === 'CaseWhen');
  const otherwise = isElse && parts.length > 1 ? last : null;
  if (first !== undefined && isOld(first, target)) return turns(whens, otherwise, target);
  if (whens.some(([condition]) => condition !== undefined && hasOld(condition, target)))
    return false;
  const results = [...whens.map(([, result]) => result), otherwise ?? undefined];
  return results.some((result) => result !== undefined && addsUp(result, target));
}

/** CASE n WHEN 1 THEN 2 WHEN 2 THEN 1 END: a result may lead to another result the next time. */
function turns(
  whens: readonly (readonly Expr[])[],
  otherwise: Expr | null,
  target: Target,
): boolean {
  const steps = new Map<string, string>();
  for (const [from, to] of whens) {
    if (from?.kind !== 'constant' || to?.kind !== 'constant') return false;
    steps.set(String(from.value), String(to.value));
  }
  if (otherwise !== null && otherwise.kind !== 'constant' && !isOld(otherwise, target))
    return false;
  const next = (value: string): string => {
    const rest = otherwise === null ? 'null' : null;
    const constant = otherwise?.kind === 'constant' ? String(otherwise.value) : rest;
    return steps.get(value) ?? constant ?? value;
  };
  return [...steps.values()].some((value) => next(value) !== value);
}

const times =
  /^(?:clock_timestamp|current_date|current_time(?:stamp)?|localtime(?:stamp)?|now|statement_timestamp|timeofday|transaction_timestamp)$/;
const others =
  /^(?:gen_random_bytes|gen_random_uuid|gen_salt|nextval|pg_current_xact_id|random|random_normal|txid_current|uuid_generate_v[14](?:mc)?|uuidv[47])$/;

/** A function in it that returns another value in each run; null if none is known. */
export function volatileIn(
  value: Expr,
): { readonly name: string; readonly isTime: boolean } | null {
  for (const expr of everyExpr(value)) {
    if (expr.kind !== 'call') continue;
    const { name } = expr;
    if (times.test(name) || others.test(name)) return { name, isTime: times.test(name) };
  }
  return null;
}
