interface Ordered {
  readonly schema: string;
  readonly number: string;
  readonly filename: string;
}

/**
 * The order in which migrations are applied: by schema, then by number, then by the rest of the name, and last by the
 * name as written (`01_a` and `1_a`). Texts are compared byte by byte, never by locale.
 */
export function compareMigrations(a: Ordered, b: Ordered): number {
  return (
    compareBytes(a.schema, b.schema) ||
    compareNumbers(a.number, b.number) ||
    compareBytes(afterNumber(a.filename), afterNumber(b.filename)) ||
    compareBytes(a.filename, b.filename)
  );
}

/** Compares digits of any length as numbers, without rounding: `2` < `010`. */
export function compareNumbers(a: string, b: string): number {
  const [left, right] = [withoutZeros(a), withoutZeros(b)];
  return left.length - right.length || compareBytes(left, right);
}

/**
 * The order of the UTF-8 bytes, which is the order of the code points; `<` compares UTF-16 units and differs past
 * U+D7FF. Allocates nothing: sorting ten thousand names calls it a hundred thousand times.
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

/** Surrogates encode U+10000 and above, so they rank above the units U+E000 to U+FFFF. */
function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

function withoutZeros(digits: string): string {
  return digits.replace(/^0+/, '');
}

function afterNumber(filename: string): string {
  return filename.replace(/^\d+/, '');
}
