import type { Expr } from '../../../core/grammar/expressions.js';
import type { TypeName } from '../../../core/grammar/names.js';
import { plainType } from './serial.js';

/**
 * Whether ALTER COLUMN … TYPE rewrites the table. `from`: null if it is not known; then only types that need it from
 * almost any other count.
 */
export function typeChangeRewrites(
  column: { readonly name: string; readonly type: TypeName | null },
  to: TypeName,
  using: Expr | null,
): boolean {
  if (!isPlain(using, column.name)) return true;
  const from = column.type;
  if (from === null) return to.isArray || !keepers.has(wordOf(to));
  if (from.isArray || to.isArray) return !isSame(from, to);
  const [was, is] = [wordOf(from), wordOf(to)];
  if (was === is) return sameTypeRewrites(is, from.modifiers, to.modifiers);
  return !(to.modifiers.length === 0 && binaryAlike[was]?.includes(is) === true);
}

/** Without USING, or with one that only names the column or casts it. */
function isPlain(using: Expr | null, column: string): boolean {
  if (using === null) return true;
  if (using.kind === 'cast') return isPlain(using.operand, column);
  return using.kind === 'column' && using.path.at(-1) === column;
}

/** Types that another type or length can be changed to without writing anything. */
const keepers: ReadonlySet<string> = new Set([
  'citext',
  'inet',
  'interval',
  'numeric',
  'text',
  'time',
  'timetz',
  'varbit',
  'varchar',
]);

/** Types whose values are stored in the same way, so that only the type's name changes. */
const binaryAlike: Readonly<Record<string, readonly string[]>> = {
  bit: ['varbit'],
  cidr: ['inet'],
  citext: ['text', 'varchar'],
  text: ['citext', 'varchar'],
  varchar: ['citext', 'text'],
  xml: ['text', 'varchar'],
};

function wordOf({ schema, name }: TypeName): string {
  if (schema !== null && schema !== 'pg_catalog' && schema !== 'public') return `${schema}.${name}`;
  return plainType(name);
}

function isSame(from: TypeName, to: TypeName): boolean {
  const modifiersOf = ({ modifiers }: TypeName): string => modifiers.join();
  return (
    from.isArray === to.isArray &&
    wordOf(from) === wordOf(to) &&
    modifiersOf(from) === modifiersOf(to)
  );
}

type Modifiers = TypeName['modifiers'];

/** The same type with another length, precision or scale. */
function sameTypeRewrites(type: string, from: Modifiers, to: Modifiers): boolean {
  if (from.join() === to.join()) return false;
  if (type === 'bpchar' || type === 'bit') return true;
  if (to.length === 0) return false;
  const [was = Number.POSITIVE_INFINITY, wasScale = 0] = from;
  const [is = 0, scale = 0] = to;
  if (was === null || is === null) return false;
  if (type === 'numeric') return from.length === 0 || is < was || scale !== wasScale;
  if (timeTypes.has(type)) return is < Math.min(was, 6);
  return type !== 'interval' && is < was;
}

/** Six fractional digits are the maximum. */
const timeTypes: ReadonlySet<string> = new Set(['time', 'timestamp', 'timestamptz', 'timetz']);
