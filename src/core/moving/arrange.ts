import { compareBytes, compareNumbers } from '../files/order.js';
import { isComment, linesOf } from '../foreign/lines.js';
import type {
  Arrangement,
  FoundFile,
  LeftOut,
  Named,
  Order,
  ToolFolder,
  ToolMigration,
  Unclear,
} from '../foreign/tool-folder.js';
import { isInside } from './recognise/candidate.js';

/** The migrations of a folder in the order of its tool, and the other files in it. */
export function arrange(folder: ToolFolder, files: readonly FoundFile[]): Arrangement {
  const own = folder.arrange?.(files) ?? null;
  const { migrations, leftOut, unclear } = own ?? byNames(folder, files);
  const used = new Set([...migrations, ...leftOut, ...unclear].map(({ path }) => path));
  const rest = files.filter(({ path }) => !used.has(path));
  return {
    migrations,
    leftOut: [...leftOut, ...rest.flatMap((file) => besides(file, folder).leftOut)],
    unclear: [
      ...unclear,
      ...(folder.odd?.(migrations) ?? []),
      ...faults(folder, files),
      ...rest.flatMap((file) => besides(file, folder).unclear),
    ],
  };
}

/** The number of files that undo migrations. */
export function countUndo({ undo }: ToolFolder, files: readonly FoundFile[]): number {
  return files.filter(({ path }) => isInside(path) && undo?.test(path) === true).length;
}

function byNames(folder: ToolFolder, files: readonly FoundFile[]): Arrangement {
  const isOutside = besideSaysSo(folder, files);
  const migrations = files.flatMap((file) => migrationOf(file, folder, isOutside));
  migrations.sort(comparing(folder.order));
  const unclear = folder.order.once ? twins(migrations, folder) : [];
  return { migrations, leftOut: [], unclear };
}

function migrationOf(
  { path, text }: FoundFile,
  folder: ToolFolder,
  isOutside: (path: string) => boolean,
): readonly ToolMigration[] {
  if (!isInside(path) || folder.undo?.test(path) === true) return [];
  if (folder.beside?.some((beside) => beside.path.test(path)) === true) return [];
  const sql = folder.forward.exec(path);
  const found = sql ?? folder.program?.exec(path);
  if (found === null || found === undefined || (sql !== null && text === null)) return [];
  const { number = '', name = '' } = found.groups ?? {};
  const named = { path, number, name };
  const version = (folder.versionOf ?? numberAlone)(named);
  const lines = sql === null ? [] : linesOf(text ?? '');
  const isProgram = sql === null;
  return [{ path, number, name, lines, version, outside: isOutside(path), isProgram }];
}

/** What most tools store in their table. */
export function numberAlone({ number }: Named): string {
  return number.replace(/^0+(?=\d)/, '');
}

/** The file beside a migration decides; if there is none, or it does not say, the setting for all. */
function besideSaysSo(
  { outside }: ToolFolder,
  files: readonly FoundFile[],
): (path: string) => boolean {
  const { beside, forAll } = outside ?? {};
  const byPath = new Map(files.map((file) => [file.path, file]));
  const isForAll =
    forAll !== undefined &&
    files.some((file) => forAll.path.test(file.path) && hasLine(file, forAll.line));
  return (path) => {
    const own = beside && byPath.get(beside.path(path));
    if (beside !== undefined && hasLine(own, beside.line)) return true;
    return isForAll && !hasLine(own, forAll.not);
  };
}

function hasLine(file: FoundFile | undefined, line: RegExp): boolean {
  return file?.text?.split(/\r?\n/).some((each) => line.test(each)) === true;
}

function comparing({ by }: Order): (a: ToolMigration, b: ToolMigration) => number {
  if (by === 'bytes') return (a, b) => compareBytes(a.path, b.path);
  if (by === 'version') {
    return (a, b) => compareBytes(a.version, b.version) || compareBytes(a.path, b.path);
  }
  return (a, b) => compareVersions(a.number, b.number) || compareBytes(a.path, b.path);
}

/** `1.9` before `1.10`, `1` as `1.0`, and versions without a number last. */
export function compareVersions(a: string, b: string): number {
  if (a === '' || b === '') return Number(a === '') - Number(b === '');
  const [left, right] = [a.split(/[._]/), b.split(/[._]/)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = compareNumbers(left[at] ?? '0', right[at] ?? '0');
    if (difference !== 0) return difference;
  }
  return 0;
}

function twins(migrations: readonly ToolMigration[], { word, order }: ToolFolder): Unclear[] {
  return migrations.flatMap((migration, at) => {
    const before = migrations[at - 1];
    if (before === undefined || !isTwin(before, migration, order)) return [];
    return [
      {
        path: migration.path,
        line: null,
        column: null,
        what: `it has the same number as ${before.path}, and ${word} takes only one of them`,
        advice: directoryOf(before.path) === directoryOf(migration.path) ? renameIt : eitherOfTwo,
      },
    ];
  });
}

const renameIt = 'rename one of them, or remove it';
const eitherOfTwo =
  'if one of the directories is for another database, import a copy of the folder without it; else rename one of them';

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function isTwin(a: ToolMigration, b: ToolMigration, { by }: Order): boolean {
  return by === 'number' ? compareVersions(a.number, b.number) === 0 : a.version === b.version;
}

/** Files that should be migrations and cannot be read. */
function faults({ forward, undo }: ToolFolder, files: readonly FoundFile[]): readonly Unclear[] {
  return files.flatMap(({ path, fault }) => {
    if (fault === undefined || !isInside(path) || !forward.test(path)) return [];
    if (undo?.test(path) === true) return [];
    return [{ path, line: null, column: null, what: fault, advice: 'fix the file' }];
  });
}

/** What a file is that is not a migration; nothing for files that do not matter. */
function besides(
  { path, text, fault }: FoundFile,
  folder: ToolFolder,
): { readonly leftOut: readonly LeftOut[]; readonly unclear: readonly Unclear[] } {
  const none = { leftOut: [], unclear: [] };
  const known = folder.beside?.find((beside) => beside.path.test(path));
  if (known?.mayBeBlank === true && text !== null && linesOf(text).every(isComment)) return none;
  if (known !== undefined) {
    const { what, advice } = known;
    return advice === null
      ? { leftOut: [{ path, why: what }], unclear: [] }
      : { leftOut: [], unclear: [{ path, line: null, column: null, what, advice }] };
  }
  if (!isInside(path) || folder.undo?.test(path) === true || fault !== undefined) return none;
  const config = oddSetting(path, text, folder);
  if (config !== null) return { leftOut: [], unclear: [config] };
  if (!path.endsWith('.sql')) return none;
  return { leftOut: [{ path, why: `${folder.word} reads no file of that name` }], unclear: [] };
}

/** A line in a file beside a migration that pgm does not know. */
function oddSetting(path: string, text: string | null, { outside, forward }: ToolFolder) {
  const beside = outside?.beside;
  const migration = beside === undefined ? null : migrationBeside(path, beside.path, forward);
  if (beside === undefined || migration === null || text === null) return null;
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => !beside.line.test(line) && !beside.known.test(line));
  if (at === -1) return null;
  const advice = 'remove the setting, or write what it does into the migration';
  return { path, line: at + 1, column: 1, what: 'a setting that pgm does not know', advice };
}

/** The migration that a file would stand beside: `V1__x.sql` for `V1__x.sql.conf`. */
function migrationBeside(path: string, of: (path: string) => string, forward: RegExp) {
  const guesses = [path.replace(/\.conf$/, ''), path.replace(/metadata\.toml$/, 'up.sql')];
  return (
    guesses.find((guess) => guess !== path && forward.test(guess) && of(guess) === path) ?? null
  );
}
