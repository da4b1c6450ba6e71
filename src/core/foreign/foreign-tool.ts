import type { ToolFolder } from './tool-folder.js';

/** How another tool writes its migrations. */
export interface ForeignTool {
  /** Its name in messages. */
  readonly name: string;
  /** Path, below the source, of a file that undoes a migration. */
  readonly undoFile?: RegExp;
  /** Path, below the source, of a file with a layout or a name that pgm does not read, and what to do with it. */
  readonly layout?: { readonly path: RegExp; readonly reason: string };
  /** The comments that begin the halves of a file. */
  readonly halves?: Halves;
  /** A comment after which the tool reads a file in a way that pgm does not, and what to do. */
  readonly special?: { readonly comment: RegExp; readonly what: string; readonly advice: string };
  /** What each of its files has, and pgm takes for a comment: if most files of a schema have it, that is its folder. */
  readonly mark?: RegExp;
  /** How `pgm import` reads its folder; absent for a tool whose folder it does not read. */
  readonly folder?: ToolFolder;
}

/** Comments on lines of their own, without leading blanks. Each pattern begins with `^`. */
interface Halves {
  readonly up: RegExp | null;
  /** A mark only if the file also has the other one: the tool reads it, but a sentence may begin like that. */
  readonly down: RegExp;
  /** A mark by itself: nobody writes that by chance. */
  readonly downAlone: RegExp;
}
