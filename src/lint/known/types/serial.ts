import type { TypeName } from '../../../core/grammar/names.js';

/** The catalog types of these pseudo-types. */
const integers: Readonly<Record<string, string>> = {
  bigserial: 'int8',
  serial: 'int4',
  serial2: 'int2',
  serial4: 'int4',
  serial8: 'int8',
  smallserial: 'int2',
};

/** Whether a column of the type is numbered by a sequence. */
export function isSerial(type: TypeName | null): boolean {
  return type !== null && Object.hasOwn(integers, type.name);
}

/** `int8` for `bigserial`; any other type is itself. */
export function plainType(name: string): string {
  return integers[name] ?? name;
}
