import type { FoundFile } from '../../foreign/tool-folder.js';
import { groupedBy } from '../../text/grouped-by.js';
import {
  type Asked,
  type Candidate,
  candidateAt,
  isInside,
  leastScore,
  likeliest,
} from './candidate.js';

/** The likeliest tools of every directory that has migrations, but for directories within such a one. */
export function searchProject(
  asked: readonly Asked[],
  files: readonly FoundFile[],
  least: number,
): readonly Candidate[] {
  const byDirectory = groupedBy(files, ({ path }) => directoryOf(path));
  const found = asked
    .flatMap((each) => placesOf(each, files, byDirectory))
    .filter(({ score }) => score >= least);
  const byRoot = groupedBy(found, ({ root }) => root);
  return [...byRoot]
    .filter(([root]) => !directoriesAbove(root).some((each) => byRoot.has(each)))
    .flatMap(([, each]) => likeliest(each));
}

type ByDirectory = ReadonlyMap<string, readonly FoundFile[]>;

/** Where one tool has migrations: their directory, or the one above if each has its own. */
function placesOf(
  asked: Asked,
  files: readonly FoundFile[],
  byDirectory: ByDirectory,
): readonly Candidate[] {
  const { forward, homeIn, givesWay } = asked.tool.folder;
  // Its configuration says where they are, and where else there are some does not matter.
  if (homeIn !== undefined) return [];
  const rootOf = ({ path }: FoundFile): string | null =>
    directoriesAbove(path).find((each) => forward.test(path.slice(each.length + 1))) ?? null;
  const read = files.filter(({ path, text }) => isInside(path) && text !== null);
  const below = groupedBy(read, rootOf);
  const found = [...below].flatMap(([root, own]) => {
    return candidateAt(root, asked, [...own, ...beside(root, byDirectory)]);
  });
  // In a project that uses it, numbered files in any directory may be something else.
  const isStrict = givesWay === true || asked.tool.mark !== undefined;
  return isStrict ? found.filter(({ score }) => score > leastScore) : found;
}

/** What is in the root and in the directories above it, where a configuration may be. */
function beside(root: string, byDirectory: ByDirectory): readonly FoundFile[] {
  const directories = [root, ...directoriesAbove(root), '', '..', '../..'];
  return directories.flatMap((each) => byDirectory.get(each) ?? []);
}

function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The uppermost first: `a` and `a/b` for `a/b/c`. */
function directoriesAbove(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}
