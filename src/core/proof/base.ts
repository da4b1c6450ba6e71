import type { Difference } from '../catalog/compare-catalogs.js';
import type { Migration, MigrationKey, Snapshot } from '../files/migration.js';
import { deletedFinding, renamedFinding } from './file-findings.js';
import { type FileChange, type FileProof, type LiveFacts, noProof } from './proof.js';
import { groupedBy } from '../text/grouped-by.js';

/** The files that a database already has, in the order in which they are applied. */
export interface Base {
  /** Where they come from: `main (0123456789ab)`, `localhost:5432/app`. */
  readonly name: string;
  readonly migrations: readonly Migration[];
  /** Null if they come from a commit. */
  readonly live: LiveBase | null;
}

/** What a live database has, besides files with known content. */
export interface LiveBase {
  readonly facts: LiveFacts;
  /** Files that are applied there with a content that could not be found. */
  readonly unknown: ReadonlyMap<MigrationKey, UnknownContent>;
}

export interface UnknownContent {
  readonly checksum: string;
  /** Why git may still have it; null if all of its history was searched. */
  readonly because: string | null;
  /** What to do about that; null if that is not sure. */
  readonly advice: string | null;
}

/** Files that are applied, by key. */
export type FilesInPlace = ReadonlyMap<MigrationKey, Migration>;

/** How a current file relates to those that are in place. */
export function changesSince(
  inPlace: FilesInPlace,
  today: Snapshot,
): (migration: Migration) => FileChange {
  const moved = new Set(gone(inPlace, today).map(({ checksum }) => checksum));
  return ({ key, checksum }) => {
    const there = inPlace.get(key);
    if (there !== undefined) return there.checksum === checksum ? 'unchanged' : 'edited';
    return moved.has(checksum) ? 'renamed' : 'new';
  };
}

/** A row for each file that is in place and no longer in the source. `left`: the objects that remain because of it. */
export function missingProofs(
  inPlace: FilesInPlace,
  today: Snapshot,
  left: ReadonlyMap<MigrationKey, readonly Difference[]>,
): readonly FileProof[] {
  return gone(inPlace, today).map(({ key, path, checksum }) => {
    const heir = today.migrations.find(
      (each) => each.checksum === checksum && !inPlace.has(each.key),
    );
    const finding =
      heir === undefined ? deletedFinding(left.get(key) ?? []) : renamedFinding(heir.key);
    return { ...noProof, key, path, change: 'missing', verdict: 'missing', findings: [finding] };
  });
}

/** Files that are in place and not in the source; a refused one still counts as being there. */
export function gone(
  inPlace: FilesInPlace,
  { migrations, refused }: Snapshot,
): readonly Migration[] {
  const keys = new Set([...migrations, ...refused].map(({ key }) => key));
  return [...inPlace.values()].filter(({ key }) => !keys.has(key));
}

/** The file that last wrote what differs; null if that is not known. */
export type AuthorOf = (difference: Difference) => MigrationKey | null;

/** How a database with the base applied first differs from a new one, and who wrote what in each. */
interface Comparison {
  /** The changes that would turn the new one into the other. */
  readonly differences: readonly Difference[];
  readonly authorOf: AuthorOf;
  readonly authorOfNew: AuthorOf;
}

/** Each difference, by the file that is to blame: one that was changed. */
export function blameDifferences(
  changed: readonly { readonly key: MigrationKey; readonly change: FileChange | null }[],
  { differences, authorOf, authorOfNew }: Comparison,
): ReadonlyMap<MigrationKey, readonly Difference[]> {
  return groupedBy(differences, (difference) => {
    const candidates = [authorOf(difference), authorOfNew(difference)];
    const culprit =
      changed.find(({ key }) => candidates.includes(key)) ??
      changed.find(({ change }) => change === 'edited') ??
      changed[0];
    return culprit?.key ?? null;
  });
}
