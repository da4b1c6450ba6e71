import type { ForeignTool } from '../foreign/foreign-tool.js';
import type { Evidence, FoundFile, ToolFolder } from '../foreign/tool-folder.js';
import { tools } from '../foreign/tools.js';

/** A tool that pgm can import from. */
export interface ImportedTool extends ForeignTool {
  readonly folder: ToolFolder;
}

/** Created when asked for: most commands have no use for it. */
export function importedTools(): readonly ImportedTool[] {
  return tools.filter((tool): tool is ImportedTool => tool.folder !== undefined);
}

/** A tool that a directory may belong to. */
export interface Candidate {
  readonly tool: ImportedTool;
  /** Path of its folder below the directory; empty for the directory itself. */
  readonly root: string;
  /** All files, by their path relative to that folder. */
  readonly files: readonly FoundFile[];
  /** How sure that is: names that other tools share count 1, what only this tool has 2, its configuration 2. */
  readonly score: number;
}

/** More than names alone can reach. */
const leastScore = 3;

/**
 * The tools with the highest score, all of them if there are several; `word`: only that one, whatever its score. In a
 * project without a directory of a usual name, those of each directory that has migrations.
 */
export function recognise(files: readonly FoundFile[], word: string | null): readonly Candidate[] {
  const asked = importedTools()
    .filter(({ folder }) => word === null || folder.word === word)
    .map((tool): Asked => ({ tool, word }));
  const least = word === null ? leastScore : 1;
  const sureOf = (all: readonly Candidate[]) => all.filter(({ score }) => score >= least);
  const here = asked.flatMap((each) => candidateAt(rootOf(each.tool, files), each, files));
  const homes = sureOf(here).length > 0 ? [] : asked.flatMap((each) => inHomes(each, files));
  const near = [...here, ...homes];
  const isNear = sureOf(near).length > 0;
  const far = isNear ? [] : sureOf(asked.flatMap((each) => anywhere(each, files)));
  return far.length === 0 ? likeliest(near) : likeliestOfEach(far);
}

function likeliest(found: readonly Candidate[]): readonly Candidate[] {
  const best = Math.max(0, ...found.map(({ score }) => score));
  const likely = found.filter(({ score }) => score === best);
  const first = likely.filter(({ tool }) => tool.folder.givesWay !== true);
  return first.length === 0 ? likely : first;
}

/** The likeliest of each directory, but for those within another one. */
function likeliestOfEach(found: readonly Candidate[]): readonly Candidate[] {
  const roots = new Set(found.map(({ root }) => root));
  return [...roots]
    .filter((root) => !directoriesOf(root).some((each) => roots.has(each)))
    .flatMap((root) => likeliest(found.filter((each) => each.root === root)));
}

/** A tool that searches directories has all it needs in one of its homes, if everything it runs is there. */
function rootOf({ folder }: ImportedTool, files: readonly FoundFile[]): string {
  const { homes, forward, program, beside = [], lists } = folder;
  const paths = [
    forward,
    ...(program === undefined ? [] : [program]),
    ...beside.map(({ path }) => path),
  ];
  const own = files.filter(
    ({ path, text }) =>
      isInside(path) &&
      (paths.some((each) => each.test(path)) || (text !== null && lists?.test(text) === true)),
  );
  const isHome = (home: string): boolean =>
    home !== '' && own.every(({ path }) => path.startsWith(`${home}/`));
  return own.length === 0 ? '' : (homes.find(isHome) ?? '');
}

interface Asked {
  readonly tool: ImportedTool;
  /** Not null: the tool was named with `--tool`. */
  readonly word: string | null;
}

function inHomes(asked: Asked, files: readonly FoundFile[]): readonly Candidate[] {
  const { homes: usual, homeIn } = asked.tool.folder;
  const homes = [...new Set([homeIn?.(files) ?? '', ...usual])].filter(
    (home) => home !== '' && files.some(({ path }) => path.startsWith(`${home}/`)),
  );
  return homes.flatMap((home) => candidateAt(home, asked, files));
}

/** In every directory that holds files with names of the tool, or has them in directories of their own. */
function anywhere(asked: Asked, files: readonly FoundFile[]): readonly Candidate[] {
  const { forward, homeIn, givesWay } = asked.tool.folder;
  // Its configuration says where they are, and where else there are some does not matter.
  if (homeIn !== undefined) return [];
  const roots = new Set<string>();
  for (const { path } of files.filter((file) => isInside(file.path) && file.text !== null)) {
    const root = directoriesOf(path).find((each) => forward.test(path.slice(each.length + 1)));
    if (root !== undefined) roots.add(root);
  }
  const found = [...roots].flatMap((root) => candidateAt(root, asked, files));
  // In a project that uses it, numbered files in any directory may be something else.
  return givesWay === true ? found.filter(({ score }) => score > leastScore) : found;
}

/** Those that a path is in, the uppermost first: `a` and `a/b` for `a/b/c`. */
function directoriesOf(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}

function candidateAt(
  root: string,
  { tool, word }: Asked,
  all: readonly FoundFile[],
): readonly Candidate[] {
  const files = root === '' ? all : all.map((file) => seenFrom(root, file));
  const score = scoreOf(tool.folder, files, word !== null);
  return score === 0 ? [] : [{ tool, root, files, score }];
}

function scoreOf(
  { forward, program, own, sections, evidence, arrange }: ToolFolder,
  files: readonly FoundFile[],
  isNamed: boolean,
): number {
  const named = files.filter(
    ({ path }) => isInside(path) && (forward.test(path) || program?.test(path) === true),
  );
  if (named.length === 0) return 0;
  const isOwn = ({ path, text }: FoundFile): boolean =>
    own?.path?.test(path) === true || (text !== null && own?.text?.test(text) === true);
  const hasOwn = named.some(isOwn);
  const isKnown = evidence.some((each) => files.some((file) => isEvidence(each, file)));
  const namesTellNothing = sections?.needed === true || arrange !== undefined;
  if (namesTellNothing && !hasOwn && !isKnown && !isNamed) return 0;
  return 1 + (hasOwn ? 2 : 0) + (isKnown ? 2 : 0);
}

function isEvidence({ path, text }: Evidence, file: FoundFile): boolean {
  return path.test(file.path) && (text === undefined || text.test(file.text ?? ''));
}

/** True for a path below the folder. */
export function isInside(path: string): boolean {
  return !path.startsWith('../');
}

/** A file of the directory, by its path relative to `root`. */
function seenFrom(root: string, file: FoundFile): FoundFile {
  const inRoot = file.path.startsWith(`${root}/`);
  const path = inRoot ? file.path.slice(root.length + 1) : pathFrom(root, file.path);
  return { ...file, path };
}

function pathFrom(root: string, path: string): string {
  const from = root.split('/');
  const to = path.split('/');
  let common = 0;
  while (common < from.length && from[common] === to[common]) common += 1;
  return '../'.repeat(from.length - common) + to.slice(common).join('/');
}
