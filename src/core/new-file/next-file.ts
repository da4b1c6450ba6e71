import { flatKey } from '../configmap/configmap-key.js';
import { parsePath, printable, schemaProblem } from '../files/names.js';
import { compareBytes, compareMigrations } from '../files/order.js';
import { foreignName, undoneBeside } from '../foreign/foreign-name.js';
import { closest } from '../text/closest.js';
import { accepted, type Parsed, refused } from '../text/words.js';
import { styled, styleOf } from './name-style.js';
import { nextNumber, type Now } from './next-number.js';
import { groupedBy } from '../text/grouped-by.js';

/** The names that a source contains. */
export interface Listing {
  /** Of all `.sql` files, relative to the source. */
  readonly paths: readonly string[];
  /** The directories in it. */
  readonly directories: readonly string[];
}

export interface Wanted {
  readonly schema: string;
  /** As it was typed: no number, no `.sql`. */
  readonly name: string;
  /** Schemas that belong to pgm. */
  readonly reserved: readonly string[];
  readonly now: Now;
  /** Numbers that somebody else is about to use. */
  readonly taken: ReadonlySet<string>;
}

export interface NextFile {
  readonly path: string;
  readonly number: string;
  /** True if `ls` lists it before an earlier file of its schema: `1000_x.sql` before `999_x.sql`. */
  readonly sortsBefore: boolean;
  /** What else a person should know: that the schema is new here. */
  readonly notes: readonly string[];
}

/** The next file of a schema, named and placed like its others. The reason of a refusal names the rule. */
export function nextFile(listing: Listing, wanted: Wanted): Parsed<NextFile> {
  const { schema, reserved } = wanted;
  const problem = schemaProblem(schema, reserved) ?? nameProblem(wanted);
  if (problem !== null) return refused(problem);
  const { files, others } = read(listing, schema, reserved);
  const [stranger] = others;
  if (files.length === 0 && stranger !== undefined) {
    return refused(
      `${printable(stranger)} has no number for a next one to follow: name the files of ${schema} <number>_<name>.sql`,
    );
  }
  const neighbours = files.length > 0 ? [] : largestOther(listing, reserved);
  const like = files.length > 0 ? files : neighbours;
  const number = numberOf(files, neighbours, wanted, listing);
  const style = styleOf(like.map(({ filename }) => filename));
  const filename = `${number}${style.afterNumber}${styled(bare(wanted.name), style)}.sql`;
  const path = pathOf(schema, filename, placeOf(files, listing, schema));
  const wrong = pathProblem(path, { schema, filename, like: files.at(-1)?.filename }, listing);
  if (wrong !== null) return refused(wrong);
  const last = files.at(-1)?.path;
  return accepted({
    path,
    number,
    sortsBefore: last !== undefined && compareBytes(path, last) < 0,
    notes: files.length > 0 ? [] : notesOn(schema, listing, reserved),
  });
}

interface Named {
  readonly path: string;
  readonly schema: string;
  readonly filename: string;
  readonly number: string;
}

/** The files of a schema in their order, and those in its directory without a number. */
function read({ paths }: Listing, schema: string, reserved: readonly string[]) {
  const all = named(paths, reserved);
  const files = all.filter((file) => file.schema === schema);
  const known = new Set(files.map(({ path }) => path));
  const others = paths.filter((path) => path.startsWith(`${schema}/`) && !known.has(path));
  return { files, others };
}

function named(paths: readonly string[], reserved: readonly string[]): Named[] {
  const files = paths.flatMap((path) => {
    const file = parsePath(path, reserved);
    if (file.kind === 'refused') return [];
    const { schema, filename, number } = file;
    return [{ path, schema, filename, number }];
  });
  return files.sort(compareMigrations);
}

/** The files of the schema with the most; in a tie, of the first one. */
function largestOther({ paths }: Listing, reserved: readonly string[]): readonly Named[] {
  const groups = groupedBy(named(paths, reserved), ({ schema }) => schema);
  return [...groups.values()].reduce((most, each) => (each.length > most.length ? each : most), []);
}

function numberOf(
  files: readonly Named[],
  neighbours: readonly Named[],
  { now, taken, reserved }: Wanted,
  listing: Listing,
): string {
  const numbers = files.map(({ number }) => number);
  const like = files.length > 1 ? neighbours : largestOther(listing, reserved);
  return nextNumber(
    numbers,
    like.map(({ number }) => number),
    now,
    taken,
  );
}

/** In a directory of its schema, at the top with the schema in the name as in a ConfigMap, or at the top without one. */
type Place = 'tree' | 'flat' | 'bare';

function placeOf(files: readonly Named[], { paths, directories }: Listing, schema: string): Place {
  const last = files.at(-1);
  if (last !== undefined) return placeOfFile(last.path);
  if (directories.includes(schema)) return 'tree';
  const places = paths.filter((path) => parsePath(path).kind === 'migration').map(placeOfFile);
  return places.includes('flat') && !places.includes('tree') ? 'flat' : 'tree';
}

function placeOfFile(path: string): Place {
  if (path.includes('/')) return 'tree';
  return /^\d/.test(path) ? 'bare' : 'flat';
}

function pathOf(schema: string, filename: string, place: Place): string {
  if (place === 'bare') return filename;
  return place === 'tree' ? `${schema}/${filename}` : `${schema}_${filename}`;
}

function bare(name: string): string {
  return name.trim().replace(/\.sql$/i, '');
}

function nameProblem({ name, schema }: Wanted): string | null {
  const text = bare(name);
  if (/[/\\]/.test(text)) {
    return 'the name of a file cannot contain a slash: give the schema and the name as two arguments';
  }
  const [number] = /^\d+(?=[\s_-]|$)/.exec(text) ?? [];
  if (number !== undefined) {
    return `pgm chooses the number of the file itself: leave out ${number}, and give a name such as pgm new ${schema} add_labels`;
  }
  if (/[\p{L}\p{N}]/u.test(text)) return null;
  return `"${printable(name)}" is not a name for a file: use letters and digits, with _ between words`;
}

/** What pgm, or a ConfigMap, would refuse. */
function pathProblem(
  path: string,
  { schema, filename, like }: { schema: string; filename: string; like: string | undefined },
  { paths }: Listing,
): string | null {
  const file = parsePath(path);
  if (file.kind === 'refused') return `${printable(path)}: ${file.reason}`;
  const lower = new Set(paths.map((each) => each.toLowerCase()));
  const foreign = foreignName(path) ?? undoneBeside(path, lower);
  if (foreign !== null) return `pgm would refuse ${printable(path)}: ${foreign}`;
  // In a tree, names that a ConfigMap cannot have are fine if the others of the schema are like that too.
  const isOdd = like !== undefined && flatKey(schema, like).kind === 'refused';
  const key = flatKey(isOdd ? 'x' : schema, filename);
  return key.kind === 'refused' ? key.reason : null;
}

function notesOn(schema: string, listing: Listing, reserved: readonly string[]): readonly string[] {
  if (listing.directories.includes(schema)) return [];
  const known = new Set(named(listing.paths, reserved).map((file) => file.schema));
  for (const name of listing.directories) {
    if (schemaProblem(name, reserved) === null) known.add(name);
  }
  if (known.size === 0) return [];
  const meant = closest(schema, [...known]);
  const others = [...known].sort(compareBytes).join(', ');
  return [
    `${schema} is a new schema beside ${others}${meant === null ? '' : `; did you mean ${meant}?`}`,
  ];
}
