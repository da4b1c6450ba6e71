import type { FoundFile, LeftOut, ToolMigration, Unclear } from '../foreign/tool-folder.js';
import type { Line } from '../foreign/lines.js';
import { arrange, countUndo } from './arrange.js';
import { type CutFile, cutFile } from './cut-file.js';
import { numberFiles, wholeNumber } from './number-files.js';
import { type Candidate, filesFrom, type ImportedTool } from './recognise/candidate.js';

/** A file that pgm writes. */
export interface PlannedFile {
  /** Path below the folder of the tool. */
  readonly from: string;
  /** Path below the target: `public/001_x.sql`. */
  readonly to: string;
  /** How the tool's table identifies it. */
  readonly version: string;
  readonly lines: readonly Line[];
  readonly hasMark: boolean;
  /** It begins with `-- pgm:no-transaction`. */
  readonly outside: boolean;
  /** What was changed in it, in words. */
  readonly changes: readonly string[];
}

export interface ImportPlan {
  readonly tool: ImportedTool;
  /** Below the directory that was given. */
  readonly root: string;
  readonly files: readonly PlannedFile[];
  readonly leftOut: readonly LeftOut[];
  /** How many files and halves undo something. */
  readonly undo: number;
  readonly unclear: readonly Unclear[];
  /** Why the numbers are new, or null. */
  readonly renumbered: string | null;
}

/** What to write for a tool's folder. */
export function planImport(
  { tool, root }: Candidate,
  all: readonly FoundFile[],
  schema: string,
): ImportPlan {
  const files = filesFrom(root, all);
  const folder = withoutWhatIsOff(tool, files);
  const { migrations, leftOut, unclear } = arrange(folder, files);
  const { names, renumbered } = numberFiles(migrations, folder.numberOf ?? wholeNumber);
  const marked = new Set(files.filter((file) => file.hasMark === true).map(({ path }) => path));
  const cuts = migrations.map((migration) => cutFile(migration.lines, folder));
  const planned = migrations.flatMap((migration, at): PlannedFile[] => {
    const [cut, name] = [cuts[at], names[at]];
    if (cut === undefined || name === undefined || migration.isProgram) return [];
    const hasMark = marked.has(migration.path) && migration.lines[0]?.number === 1;
    return [planned1(migration, cut, { to: `${schema}/${name}`, hasMark })];
  });
  return {
    tool,
    root,
    files: planned,
    leftOut,
    undo: countUndo(folder, files) + cuts.filter(({ hadUndo }) => hadUndo).length,
    unclear: [...unclear, ...migrations.flatMap((each, at) => unclearIn(each, cuts[at]))],
    renumbered,
  };
}

function planned1(
  { path, version, lines, outside }: ToolMigration,
  cut: CutFile,
  { to, hasMark }: Pick<PlannedFile, 'to' | 'hasMark'>,
): PlannedFile {
  const isOutside = outside || cut.outside;
  const changes = [
    ...(cut.hadUndo ? ['without the half that undoes it'] : []),
    ...(isOutside ? ['-- pgm:no-transaction'] : []),
    ...(!cut.hadUndo && cut.lines.length < lines.length ? ['without lines of the tool'] : []),
  ];
  return { from: path, to, version, lines: cut.lines, hasMark, outside: isOutside, changes };
}

function unclearIn({ path, isProgram }: ToolMigration, cut: CutFile | undefined): Unclear[] {
  if (isProgram) {
    const what = 'a migration that is a program, not SQL';
    const advice =
      'write what it does as SQL in a file of the same number, in the form of the others';
    return [{ path, line: null, column: null, what, advice }];
  }
  return (cut?.unclear ?? []).map((each) => ({ path, ...each }));
}

function withoutWhatIsOff({ folder }: ImportedTool, files: readonly FoundFile[]) {
  const unlike = folder.unlike?.filter(({ isOff }) => isOff?.(files) !== true);
  return unlike === undefined ? folder : { ...folder, unlike };
}

/** The text of a file that is written. */
export function textOf({ lines, hasMark, outside }: PlannedFile): string {
  const end = lines[0]?.text.endsWith('\r\n') === true ? '\r\n' : '\n';
  const header = outside ? `-- pgm:no-transaction${end}` : '';
  return (hasMark ? '\ufeff' : '') + header + lines.map(({ text }) => text).join('');
}
