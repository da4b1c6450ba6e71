import { content, isComment, type Line } from '../foreign/lines.js';
import type { Outside, Sections, ToolFolder, Unclear, Unlike } from '../foreign/tool-folder.js';
import { count } from '../text/words.js';

/** The forward half of a migration, line by line as it is in the file. */
export interface CutFile {
  readonly lines: readonly Line[];
  /** A line in it says that it runs outside a transaction. */
  readonly outside: boolean;
  /** It has a half that undoes it, which is left out. */
  readonly hadUndo: boolean;
  /** How many lines for the tool alone were left out. */
  readonly dropped: number;
  readonly unclear: readonly Omit<Unclear, 'path'>[];
}

/** Those of the lines that the tool runs when it goes forward, without those that only the tool understands. */
export function cutFile(all: readonly Line[], folder: ToolFolder): CutFile {
  const { sections, dropped, outside, unlike = [] } = folder;
  const forward = sections === undefined ? wholeFile(all) : cutSections(all, sections);
  const lines = forward.lines.filter((line) => !isOwn(line, all, folder));
  return {
    lines,
    outside: all.some((line) => saysOutside(line, outside)),
    hadUndo: forward.hadUndo,
    dropped: dropped === undefined ? 0 : forward.lines.length - lines.length,
    unclear: [...forward.unclear, ...unlike.flatMap((each) => placesOf(lines, each))],
  };
}

type Forward = Pick<CutFile, 'lines' | 'hadUndo' | 'unclear'>;

function wholeFile(lines: readonly Line[]): Forward {
  return { lines, hadUndo: false, unclear: [] };
}

/** A line that means something only to the tool. */
function isOwn(line: Line, all: readonly Line[], { dropped, outside }: ToolFolder): boolean {
  const text = content(line);
  if (dropped?.test(text) === true) return true;
  return saysOutside(line, outside) && (outside?.firstOnly !== true || line === all[0]);
}

function saysOutside(line: Line, outside: Outside | undefined): boolean {
  if (outside?.line === undefined) return false;
  if (outside.firstOnly === true && line.number !== 1) return false;
  return outside.line.test(content(line));
}

function cutSections(all: readonly Line[], sections: Sections): Forward {
  const { up, down, needed } = sections;
  const hasUp = up === null || all.some((line) => up.test(content(line)));
  if (!hasUp) return needed ? notRun(all) : wholeFile(all);
  const isMark = (line: Line): boolean =>
    up?.test(content(line)) === true || down.test(content(line));
  const first = up === null ? 0 : all.findIndex(isMark);
  const before = all.slice(0, first);
  const said = before.find((line) => !isComment(line));
  const found = walk(all.slice(first), sections);
  const lines = said === undefined ? [...before, ...found.lines] : found.lines;
  return {
    lines,
    hadUndo: found.hadUndo,
    unclear: said === undefined ? found.unclear : [outOfHalves(said), ...found.unclear],
  };
}

function walk(lines: readonly Line[], { up, down, again }: Sections): Forward {
  const kept: Line[] = [];
  const unclear: Omit<Unclear, 'path'>[] = [];
  let [forward, hadUndo, begun] = [up === null, false, false];
  for (const line of lines) {
    const text = content(line);
    if (up?.test(text) === true) {
      if (begun && !again) unclear.push(secondUp(line));
      [forward, begun] = [true, true];
    } else if (down.test(text) && !(up === null && hadUndo)) {
      [forward, hadUndo] = [false, true];
    } else if (forward) kept.push(line);
  }
  return { lines: kept, hadUndo, unclear };
}

function notRun(lines: readonly Line[]): Forward {
  const unclear = {
    line: lines[0]?.number ?? 1,
    column: 1,
    what: 'it has no mark for the forward half, so the tool does not run it',
    advice: 'remove the file if it is not a migration, or add the mark',
  };
  return { lines, hadUndo: false, unclear: [unclear] };
}

function outOfHalves(line: Line): Omit<Unclear, 'path'> {
  return {
    line: line.number,
    column: 1,
    what: 'SQL before the mark of the forward half, which the tool does not run',
    advice: 'remove it, or move it after the mark if it is meant to run',
  };
}

function secondUp(line: Line): Omit<Unclear, 'path'> {
  return {
    line: line.number,
    column: 1,
    what: 'a second forward half in one file',
    advice: 'put it into a migration of its own',
  };
}

/** The first place, and how many more lines there are like it. */
function placesOf(
  lines: readonly Line[],
  { line: pattern, notInComments, what, advice }: Unlike,
): Omit<Unclear, 'path'>[] {
  const found = lines.filter(
    (line) => pattern.test(content(line)) && !(notInComments === true && isComment(line)),
  );
  const [first] = found;
  if (first === undefined) return [];
  const before = content(first).slice(0, pattern.exec(content(first))?.index);
  const more = found.length === 1 ? '' : `, here and in ${count(found.length - 1, 'more line')}`;
  const column = Array.from(before).length + 1;
  return [{ line: first.number, column, what: `${what}${more}`, advice }];
}
