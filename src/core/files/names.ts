/** The migration that a path names, or why it names none. */
type NamedPath =
  | {
      readonly kind: 'migration';
      readonly schema: string;
      readonly filename: string;
      readonly number: string;
    }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Reads the path of an `.sql` file: `<schema>/<NNN>_<name>.sql` in a tree, `<schema>_<NNN>_<name>.sql` in a ConfigMap,
 * whose keys cannot contain `/`. A projected volume may mix both. `reserved`: see `schemaProblem`.
 */
export function parsePath(path: string, reserved: readonly string[] = []): NamedPath {
  const slash = path.indexOf('/');
  if (path.lastIndexOf('/') !== slash) {
    return refused('it is nested too deeply: use <schema>/<number>_<name>.sql');
  }
  const { schema, filename } =
    slash === -1
      ? splitFlatName(path)
      : { schema: path.slice(0, slash), filename: path.slice(slash + 1) };
  const problem = schemaProblem(schema, reserved);
  if (problem !== null) return refused(problem);
  const number = leadingDigits(filename);
  if (number === '') return refused(numberProblem(slash !== -1));
  return { kind: 'migration', schema, filename, number };
}

/** The digits at the start of a text, as written; empty when there are none. */
export function leadingDigits(text: string): string {
  return /^\d*/.exec(text)?.[0] ?? '';
}

/** Why `name` cannot be the schema of a migration, or null. `reserved` are names that belong to pgm itself. */
export function schemaProblem(name: string, reserved: readonly string[]): string | null {
  if (Buffer.byteLength(name) > longestIdentifier) {
    return `the schema name is longer than the ${longestIdentifier} bytes PostgreSQL allows`;
  }
  // Combining marks (\p{M}) are letters to PostgreSQL, and some systems store an accent as one (NFD).
  if (!/^[\p{L}_][\p{L}\p{M}\p{N}_$]*$/u.test(name)) {
    return `"${printable(name)}" is not a valid schema name: use letters, digits and _`;
  }
  const lower = name.toLowerCase();
  if (lower.startsWith('pg_') || lower === 'information_schema') {
    return `the schema name "${name}" is reserved by PostgreSQL`;
  }
  if (reserved.includes(name)) return `the schema "${name}" is where pgm keeps its history`;
  return null;
}

/** Escapes control characters, line ends, bidi controls and lone surrogates: safe on one line of a log. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const longestIdentifier = 63;
const schemaOfBareFiles = 'public';

/**
 * Splits before the first part that is all digits, else before the first one that starts with a digit
 * (`gcp_002b_x.sql`). A schema cannot start with a digit, so a name that does has no schema (`002b_x_2.sql`).
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
    ? 'the file name must start with a number: <number>_<name>.sql'
    : 'the name has no number to split at: <schema>_<number>_<name>.sql';
}

function refused(reason: string): NamedPath {
  return { kind: 'refused', reason };
}
