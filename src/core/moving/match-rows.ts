import type { Migration } from '../files/migration.js';
import type { Named, ToolFolder } from '../foreign/tool-folder.js';
import type { RowId } from '../foreign/tool-history.js';
import { numberAlone } from './arrange.js';
import { clean, keptName, numberFiles, stemOf, wholeNumber } from './number-files.js';
import { groupedBy } from '../text/grouped-by.js';

/** The files that a row may be about: none, one, or several with names that do not tell them apart. */
type FilesOf = (id: RowId) => readonly Migration[];

/** How the versions of the tool identify the files of an imported folder. */
export interface Matching {
  readonly filesOf: FilesOf;
  /** The version of a file, in the form in which it is compared; null for a file without one, such as a new one. */
  readonly versionOf: (file: Migration) => string | null;
}

type Matched =
  | ({ readonly kind: 'matched' } & Matching)
  /** Rows match files in both ways, but not the same files. */
  | { readonly kind: 'either'; readonly example: readonly [string, string] };

/**
 * An import keeps numbers or gives new ones, and names tell which: a new number is followed by the old name, and is
 * given only if the old ones cannot be kept. `ids`: of all rows, which decide if both are possible.
 */
export function matchRows(
  files: readonly Migration[],
  folder: ToolFolder,
  ids: readonly RowId[],
): Matched {
  const kept = keptMatching(files, folder);
  const renumbered = renumberedMatching(files, folder);
  if (renumbered === null) return { kind: 'matched', ...kept };
  const found = [kept, renumbered.matching].map(({ filesOf }) => ids.map(filesOf));
  const [byKept = [], byRenumbered = []] = found;
  const counts = found.map((each) => each.filter((of) => of.length > 0).length);
  const [keptCount = 0, newCount = 0] = counts;
  if (renumbered.isSure || newCount > keptCount) return { kind: 'matched', ...renumbered.matching };
  if (keptCount > newCount) return { kind: 'matched', ...kept };
  const odd = byKept.some((of, at) => of[0] !== byRenumbered[at]?.[0]);
  const [one, other] = [byKept, byRenumbered].map((each) => each.flat()[0]?.key ?? '');
  if (!odd) return { kind: 'matched', ...kept };
  return { kind: 'either', example: [one ?? '', other ?? ''] };
}

function keptMatching(files: readonly Migration[], folder: ToolFolder): Matching {
  const versionOf = ({ number }: Migration): string => keyOf(number, folder);
  return matching(files, folder, versionOf);
}

interface Renumbered {
  readonly matching: Matching;
  /** The tool's names always have something before the digits: V1.2__x. */
  readonly isSure: boolean;
}

/** Null if the names cannot be those of an import that gave new numbers. */
function renumberedMatching(files: readonly Migration[], folder: ToolFolder): Renumbered | null {
  const originals = files.map((file) => originalOf(restOf(file), folder));
  const first = originals.indexOf(null);
  const old = originals.slice(0, first === -1 ? originals.length : first);
  const numbered = old.filter((each) => each !== null);
  const { renumbered } = numberFiles(numbered, folder.numberOf ?? wholeNumber);
  const isCounted = numbered.every((_, at) => Number(files[at]?.number) > at);
  if (numbered.length === 0 || renumbered === null || !isCounted) return null;
  const versions = new Map(
    numbered.map(({ number }, at) => [files[at], keyOf(number, folder)] as const),
  );
  return {
    matching: matching(files, folder, (file) => versions.get(file) ?? null),
    isSure: files.slice(0, numbered.length).every((file) => !/^\d/.test(restOf(file))),
  };
}

/** What is between the number and `.sql`. */
function restOf({ filename, number }: Migration): string {
  return filename
    .slice(number.length)
    .replace(/^_/, '')
    .replace(/\.sql$/, '');
}

/** The tool's name of a file, from what follows its new number; null if that is not a name of the tool. */
function originalOf(stem: string, { forward }: ToolFolder): Named | null {
  for (const ending of ['.sql', '.up.sql', '/up.sql', '/migration.sql']) {
    const path = `${stem}${ending}`;
    const { number = '', name = '' } = forward.exec(path)?.groups ?? {};
    if (number !== '') return { path, number, name };
  }
  return null;
}

function matching(
  files: readonly Migration[],
  folder: ToolFolder,
  versionOf: (file: Migration) => string | null,
): Matching {
  const byVersion = groupedBy(files, versionOf);
  const byName = groupedBy(files, ({ filename }) => filename);
  const byRest = groupedBy(files, restOf);
  const filesOf: FilesOf = (id) => {
    switch (id.kind) {
      case 'version':
        return byVersion.get(keyOf(id.version, folder)) ?? [];
      case 'path': {
        const { name, stem } = namesOf(id.path, folder);
        return byName.get(name) ?? byRest.get(stem) ?? [];
      }
      case 'stems':
        return [...new Set(id.stems.flatMap((stem) => byRest.get(clean(stem)) ?? []))];
      case 'content':
        return files;
    }
  };
  return { filesOf, versionOf };
}

/** The names an import may give a file: with the old number, and after a new one. */
function namesOf(path: string, { forward, numberOf = wholeNumber }: ToolFolder) {
  const { number = '', name = '' } = forward.exec(path)?.groups ?? {};
  const named = { path, number, name };
  const { filename } = keptName(named, numberOf(number));
  return { name: filename, stem: stemOf(named) };
}

/** A version in the form in which it is compared. */
function keyOf(version: string, { history, versionOf }: ToolFolder): string {
  if (history.keyOf !== undefined) return history.keyOf(version);
  return (versionOf ?? numberAlone)({ path: '', number: version, name: '' });
}
