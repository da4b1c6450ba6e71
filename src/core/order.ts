interface Ordered {
  readonly schema: string;
  readonly number: string;
  readonly filename: string;
}

/**
 * The order in which migrations are applied: schema, then the number as a number, then the rest byte by byte, and last
 * the name as it is written (`01_a` and `1_a`). Never by locale.
 */
export function compareMigrations(a: Ordered, b: Ordered): number {
  return (
    compareBytes(a.schema, b.schema) ||
    compareNumbers(a.number, b.number) ||
    compareBytes(afterNumber(a.filename), afterNumber(b.filename)) ||
    compareBytes(a.filename, b.filename)
  );
}

/** Digits of any length as numbers, without rounding: `2` < `010`. Allocates nothing either. */
export function compareNumbers(a: string, b: string): number {
  const fromA = leadingZeros(a);
  const fromB = leadingZeros(b);
  const length = a.length - fromA;
  if (length !== b.length - fromB) return length - (b.length - fromB);
  for (let at = 0; at < length; at += 1) {
    const difference = a.charCodeAt(fromA + at) - b.charCodeAt(fromB + at);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * The order of the UTF-8 bytes, which is the order of the code points; `<` compares UTF-16 units and differs past
 * U+D7FF. Allocates nothing: a sort of ten thousand names asks a hundred thousand times.
 */
export function compareBytes(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at += 1) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for U+10000 and up, so they rank above the units U+E000 to U+FFFF. */
function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

function leadingZeros(digits: string): number {
  let zeros = 0;
  while (digits.charCodeAt(zeros) === zero) zeros += 1;
  return zeros;
}

const zero = 0x30;

function afterNumber(filename: string): string {
  return filename.replace(/^\d+/, '');
}
