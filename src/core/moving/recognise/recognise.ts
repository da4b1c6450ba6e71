import type { FoundFile } from '../../foreign/tool-folder.js';
import {
  type Asked,
  type Candidate,
  candidateAt,
  type ImportedTool,
  importedTools,
  isInside,
  leastScore,
  likeliest,
} from './candidate.js';
import { searchProject } from './search-project.js';

/**
 * The tools with the highest score, all of them if there are several; `word`: only that one, whatever its score. In a
 * project without a directory of a usual name, those of each directory that has migrations.
 */
export function recognise(files: readonly FoundFile[], word: string | null): readonly Candidate[] {
  const asked = importedTools()
    .filter(({ folder }) => word === null || folder.word === word)
    .map((tool): Asked => ({ tool, word }));
  const least = word === null ? leastScore : 1;
  const isSure = ({ score }: Candidate): boolean => score >= least;
  const here = asked.flatMap((each) => candidateAt(rootOf(each.tool, files), each, files));
  const homes = here.some(isSure) ? [] : asked.flatMap((each) => inHomes(each, files));
  const near = [...here, ...homes];
  const far = near.some(isSure) ? [] : searchProject(asked, files, least);
  return far.length === 0 ? likeliest(near) : far;
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

function inHomes(asked: Asked, files: readonly FoundFile[]): readonly Candidate[] {
  const { homes: usual, homeIn } = asked.tool.folder;
  const homes = [...new Set([homeIn?.(files) ?? '', ...usual])].filter(
    (home) => home !== '' && files.some(({ path }) => path.startsWith(`${home}/`)),
  );
  return homes.flatMap((home) => candidateAt(home, asked, files));
}
