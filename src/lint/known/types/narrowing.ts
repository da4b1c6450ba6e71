import type { TypeName } from '../../../core/grammar/names.js';
import { plainType } from './serial.js';

const failsWhere = (what: string): string => `the file fails if ${what}`;

/** What happens to values of one type that are converted to another; null if all fit, or it is not known. */
export function lossOf(from: TypeName, to: TypeName): string | null {
  if (from.isArray || to.isArray) return null;
  const source = familyOf(from);
  const target = familyOf(to);
  if (source === null || target === null) return null;
  if (source === 'text') return ofText(from, to, target);
  if (source === 'time') return target === 'time' ? ofTime(from, to) : null;
  return target === 'number' ? ofNumber(from, to) : null;
}

/** A text type this short was probably longer before; when widening, the new length is usually greater. */
const shortest = 5;

/** The same if the old type is not known: only types that hardly any other converts to without loss. */
export function lossOfUnknown(to: TypeName): string | null {
  if (to.isArray) return null;
  const name = plainType(to.name);
  if (families[name] === 'text') {
    const length = lengthOf(to);
    return length === null || length > shortest ? null : tooLong(length);
  }
  return fromAny[name] ?? null;
}

/** Without USING only a timestamp can become a date. */
const fromAny: Readonly<Record<string, string>> = {
  date: 'the time of day is lost',
  float4: 'digits beyond the first 6 are lost',
  int2: failsWhere('a number is too big'),
};

function tooLong(length: number): string {
  return failsWhere(`a text is longer than ${length} characters`);
}

type Family = 'number' | 'text' | 'time' | 'other';

const families: Readonly<Record<string, Family>> = {
  bool: 'other',
  bpchar: 'text',
  bytea: 'other',
  date: 'time',
  float4: 'number',
  float8: 'number',
  int2: 'number',
  int4: 'number',
  int8: 'number',
  json: 'other',
  jsonb: 'other',
  numeric: 'number',
  text: 'text',
  time: 'time',
  timestamp: 'time',
  timestamptz: 'time',
  uuid: 'other',
  varchar: 'text',
};

function familyOf(type: TypeName): Family | null {
  return families[plainType(type.name)] ?? null;
}

function ofText(from: TypeName, to: TypeName, target: Family): string | null {
  if (target !== 'text') return failsWhere('a text is not a value of the new type');
  const length = lengthOf(to);
  const before = lengthOf(from);
  if (length === null || (before !== null && before <= length)) return null;
  return tooLong(length);
}

/** Null for any length. */
function lengthOf(type: TypeName): number | null {
  const [length] = type.modifiers;
  return length ?? (plainType(type.name) === 'bpchar' ? 1 : null);
}

function ofTime(from: TypeName, to: TypeName): string | null {
  const before = plainType(from.name);
  const after = plainType(to.name);
  if (before === after) {
    const [precision = 6] = to.modifiers;
    const [old = 6] = from.modifiers;
    return (precision ?? 6) < (old ?? 6) ? 'fractions of a second are rounded' : null;
  }
  if (after === 'date') return 'the time of day is lost';
  return after === 'time' ? 'the day is lost' : null;
}

/** The number of digits before the point that always fit. */
const digits: Readonly<Record<string, number>> = { int2: 5, int4: 10, int8: 19 };

function ofNumber(from: TypeName, to: TypeName): string | null {
  const before = plainType(from.name);
  const after = plainType(to.name);
  if (after === 'numeric') return toNumeric(from, to);
  const whole = digits[after];
  if (whole !== undefined) {
    const old = digits[before];
    if (old === undefined)
      return 'fractions are rounded, and the file fails if a number is too big';
    return old > whole ? failsWhere('a number is too big') : null;
  }
  const exact: Readonly<Record<string, number>> = { float4: 6, float8: 15 };
  const kept = exact[after] ?? 0;
  const needed = before === 'float4' ? 6 : before === 'float8' ? 15 : (digits[before] ?? Infinity);
  return needed > kept ? `digits beyond the first ${kept} are lost` : null;
}

function toNumeric(from: TypeName, to: TypeName): string | null {
  const [precision, scale = 0] = to.modifiers;
  if (precision === undefined || precision === null || scale === null) return null;
  const old = digits[plainType(from.name)];
  const tooBig = failsWhere('a number is too big');
  if (old !== undefined) return precision - scale < old ? tooBig : null;
  const [oldPrecision, oldScale = 0] = from.modifiers;
  if (plainType(from.name) !== 'numeric' || oldPrecision === undefined || oldPrecision === null)
    return 'fractions are rounded, and the file fails if a number is too big';
  if (scale < (oldScale ?? 0)) return 'fractions are rounded';
  return precision - scale < oldPrecision - (oldScale ?? 0) ? tooBig : null;
}
