import type { Migration } from '../files/migration.js';
import type { ToldRow, Unsure } from '../foreign/tool-history.js';
import type { Matching } from './match-rows.js';
import type { Sums } from './sums.js';

/** Which row is about which file. */
interface Assigned {
  readonly rowOf: ReadonlyMap<Migration, ToldRow>;
  /** Rows that no file belongs to. */
  readonly strangers: readonly ToldRow[];
  readonly problems: readonly Unsure[];
}

export function assign(
  rows: readonly ToldRow[],
  { filesOf }: Pick<Matching, 'filesOf'>,
  sums: Sums,
): Assigned {
  const rowOf = new Map<Migration, ToldRow>();
  const strangers: ToldRow[] = [];
  const problems: Unsure[] = [];
  for (const row of rows) {
    const named = filesOf(row.id);
    const found =
      row.id.kind === 'content'
        ? byContent(named, row, { rowOf, sums })
        : narrowed(named, row, sums);
    const [file, other] = found;
    const rival = file === undefined ? undefined : rowOf.get(file);
    if (file === undefined) strangers.push(row);
    else if (other !== undefined) problems.push(several(row, found));
    else if (rival !== undefined) problems.push(twice(row, rival, file));
    else rowOf.set(file, row);
  }
  const edited = betweenOthers(rows, filesOf, rowOf);
  for (const [file, row] of edited) rowOf.set(file, row);
  const settled = new Set(edited.values());
  const left = strangers.filter((row) => !settled.has(row));
  return { rowOf, strangers: left, problems: [...problems, ...unknown(filesOf, rowOf, left)] };
}

/**
 * If only contents are known: as many rows without a file as files without a row, between two matches or before the
 * first, belong together. These files were edited.
 */
function betweenOthers(
  rows: readonly ToldRow[],
  filesOf: Matching['filesOf'],
  rowOf: ReadonlyMap<Migration, ToldRow>,
): ReadonlyMap<Migration, ToldRow> {
  const contents = rows.filter(({ id }) => id.kind === 'content');
  const [first] = contents;
  const files = first === undefined ? [] : filesOf(first.id);
  const fileOf = new Map([...rowOf].map(([file, row]) => [row, file]));
  const edited = new Map<Migration, ToldRow>();
  let [waiting, after]: [ToldRow[], number] = [[], 0];
  for (const row of contents) {
    const file = fileOf.get(row);
    const at = file === undefined ? -1 : files.indexOf(file);
    if (at === -1) waiting.push(row);
    else {
      const between = files.slice(after, at);
      const fits = between.length === waiting.length;
      if (fits)
        for (const [place, each] of between.entries()) edited.set(each, waiting[place] ?? row);
      [waiting, after] = [[], at + 1];
    }
  }
  return edited;
}

/** Of files with the same content, the first one left: that is the order in which they were applied. */
function byContent(
  files: readonly Migration[],
  row: ToldRow,
  { rowOf, sums }: { readonly rowOf: ReadonlyMap<Migration, ToldRow>; readonly sums: Sums },
): readonly Migration[] {
  const file = files.find((each) => !rowOf.has(each) && sums.matches(each, row));
  return file === undefined ? [] : [file];
}

/** Of files that the tool would call the same, the one with the content that it stored. */
function narrowed(files: readonly Migration[], row: ToldRow, sums: Sums): readonly Migration[] {
  if (files.length < 2) return files;
  const same = files.filter((file) => sums.matches(file, row));
  return same.length === 1 ? same : files;
}

/** If only contents are known, a row without a file may belong to any file without a row. */
function unknown(
  filesOf: Matching['filesOf'],
  rowOf: ReadonlyMap<Migration, ToldRow>,
  strangers: readonly ToldRow[],
): readonly Unsure[] {
  const row = strangers.find(({ id }) => id.kind === 'content');
  const left = row === undefined ? [] : filesOf(row.id).filter((file) => !rowOf.has(file));
  if (row === undefined || left.length === 0) return [];
  const what = `the row ${row.id.shown} is of a file that was edited or removed since: it may be ${namesOf(left)}`;
  return [{ what, advice: 'restore the content that was applied, and edit the file afterwards' }];
}

function several({ id }: ToldRow, files: readonly Migration[]): Unsure {
  const what = `the row ${id.shown} may be about ${namesOf(files)}`;
  return {
    what,
    advice: 'name the schema that was imported with --schemas, or rename one of them',
  };
}

function twice({ id }: ToldRow, other: ToldRow, { key }: Migration): Unsure {
  const what = `the rows ${other.id.shown} and ${id.shown} are both about ${key}`;
  return { what, advice: 'remove the row that belongs to something else' };
}

function namesOf(files: readonly Migration[]): string {
  const names = files.slice(0, 3).map(({ key }) => key);
  const more = files.length - names.length;
  return `${names.join(' or ')}${more > 0 ? ` or ${more} others` : ''}`;
}
