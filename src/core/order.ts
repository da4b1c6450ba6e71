interface Ordered {
  readonly schema: string;
  readonly number: string;
  readonly filename: string;
}

/** The order in which migrations are applied: schema, then the number as a number, then the rest byte by byte. Never by locale. */
export function compareMigrations(a: Ordered, b: Ordered): number {
  return (
    compareBytes(a.schema, b.schema) ||
    compareNumbers(a.number, b.number) ||
    compareBytes(a.filename, b.filename)
  );
}

/** Digits of any length as numbers, without rounding: `2` < `010`. */
export function compareNumbers(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return left.length - right.length || compareBytes(left, right);
}

/** The order of the UTF-8 bytes, which is the order of the code points; `<` compares UTF-16 units and differs past U+D7FF. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
