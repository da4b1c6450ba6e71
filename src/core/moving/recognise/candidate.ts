import type { ForeignTool } from '../../foreign/foreign-tool.js';
import type { Evidence, FoundFile, ToolFolder } from '../../foreign/tool-folder.js';
import { tools } from '../../foreign/tools.js';

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
  /** How sure that is: names that other tools share count 1, what only this tool has 2, its configuration 2. */
  readonly score: number;
}

/** More than names alone can reach. */
export const leastScore = 3;

export interface Asked {
  readonly tool: ImportedTool;
  /** Not null: the tool was named with `--tool`. */
  readonly word: string | null;
}

/** `near`: the files to judge by, at least those below the root and those in the directories above it. */
export function candidateAt(
  root: string,
  { tool, word }: Asked,
  near: readonly FoundFile[],
): readonly Candidate[] {
  const score = scoreOf(tool.folder, filesFrom(root, near), word !== null);
  return score === 0 ? [] : [{ tool, root, score }];
}

/** Those with the highest score. */
export function likeliest(found: readonly Candidate[]): readonly Candidate[] {
  const best = Math.max(0, ...found.map(({ score }) => score));
  const likely = found.filter(({ score }) => score === best);
  const first = likely.filter(({ tool }) => tool.folder.givesWay !== true);
  return first.length === 0 ? likely : first;
}

/** The files of the directory, by their paths relative to `root`. */
export function filesFrom(root: string, all: readonly FoundFile[]): readonly FoundFile[] {
  return root === '' ? all : all.map((file) => seenFrom(root, file));
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
