/** What a path below a source names, or why it names nothing. */
export type NamedPath =
  | {
      readonly kind: 'migration';
      readonly schema: string;
      readonly filename: string;
      readonly number: string;
    }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Reads the path of an `.sql` file: `<schema>/<NNN>_<name>.sql` in a tree, `<schema>_<NNN>_<name>.sql` in a ConfigMap,
 * whose keys cannot hold `/`. A projected volume may mix both.
 */
export function parsePath(path: string, rule: SchemaRule): NamedPath {
  const slash = path.indexOf('/');
  if (path.lastIndexOf('/') !== slash) {
    return refused('it lies too deep: use <schema>/<number>_<name>.sql');
  }
  const { schema, filename } =
    slash === -1
      ? splitFlatName(path)
      : { schema: path.slice(0, slash), filename: path.slice(slash + 1) };
  const { name, problem } = rule(schema);
  if (problem !== null) return refused(problem);
  const number = leadingDigits(filename);
  if (number === '') return refused(numberProblem(slash !== -1));
  return { kind: 'migration', schema: name, filename, number };
}

/** The digits that a text starts with, as written; empty when it starts with none. */
export function leadingDigits(text: string): string {
  let count = 0;
  while (isDigit(text.charCodeAt(count))) count += 1;
  return text.slice(0, count);
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** A schema name, one text for all its files, and why it cannot be one; null when it can. */
export interface JudgedSchema {
  readonly name: string;
  readonly problem: string | null;
}

export type SchemaRule = (name: string) => JudgedSchema;

/** Judges each name once, however many files bear it. `reserved` are schema names that belong to pgm itself. */
export function schemaRule(reserved: readonly string[]): SchemaRule {
  const judged = new Map<string, JudgedSchema>();
  return (name) => {
    const known = judged.get(name);
    if (known !== undefined) return known;
    const fresh = { name, problem: schemaProblem(name, reserved) };
    judged.set(name, fresh);
    return fresh;
  };
}

/** Why `name` cannot be the schema of a migration, or null. */
export function schemaProblem(name: string, reserved: readonly string[]): string | null {
  if (Buffer.byteLength(name) > longestIdentifier) {
    return `the schema name is longer than the ${longestIdentifier} bytes PostgreSQL allows`;
  }
  // Marks are letters to PostgreSQL, and what other systems make of an accent (NFD).
  if (!/^[\p{L}_][\p{L}\p{M}\p{N}_$]*$/u.test(name)) {
    return `"${printable(name)}" is no valid schema name: use letters, digits and _`;
  }
  const lower = name.toLowerCase();
  if (lower.startsWith('pg_') || lower === 'information_schema') {
    return `the schema name "${name}" is reserved by PostgreSQL`;
  }
  if (reserved.includes(name)) return `the schema "${name}" holds the history of pgm itself`;
  return null;
}

/** A text for one line of a log: control characters, line ends, turns of direction and lone surrogates made visible. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const longestIdentifier = 63;
const schemaOfBareFiles = 'public';

/**
 * Splits before the first part that is all digits, else before the first that starts with one (`gcp_002b_x.sql`). No
 * schema starts with a digit, so a name that does has none (`002b_x_2.sql`).
 */
function splitFlatName(name: string): { schema: string; filename: string } {
  if (/^\d/.test(name)) return { schema: schemaOfBareFiles, filename: name };
  const parts = name.replace(/\.sql$/, '').split('_');
  const allDigits = parts.findIndex((part) => /^\d+$/.test(part));
  const at = allDigits !== -1 ? allDigits : parts.findIndex((part) => /^\d/.test(part));
  if (at <= 0) return { schema: schemaOfBareFiles, filename: name };
  const schema = parts.slice(0, at).join('_');
  return { schema, filename: name.slice(schema.length + 1) };
}

function numberProblem(inTree: boolean): string {
  return inTree
    ? 'the file name has to start with a number: <number>_<name>.sql'
    : 'the name has no number to split at: <schema>_<number>_<name>.sql';
}

function refused(reason: string): NamedPath {
  return { kind: 'refused', reason };
}
