import type { Line } from './lines.js';
import type { ToolHistory } from './tool-history.js';

/** A file of a folder that is to be imported. */
export interface FoundFile {
  /** Relative to the folder of the migrations, with `/`; a file above it begins with `../`. */
  readonly path: string;
  /** Without a byte order mark; null for a file that need not be read, or cannot be. */
  readonly text: string | null;
  readonly hasMark?: boolean;
  /** Why it cannot be read as text: not valid UTF-8, a broken link. */
  readonly fault?: string;
}

/** How to recognise a folder of another tool, and what each file in it is. */
export interface ToolFolder {
  /** The value that `--tool` takes. */
  readonly word: string;
  /** Where the tool puts its migrations within a project. */
  readonly homes: readonly string[];
  /** Where its configuration says they are; null if it does not say. */
  readonly homeIn?: (files: readonly FoundFile[]) => string | null;
  /** What identifies the tool for certain: files beside or above the migrations, and text in them. */
  readonly evidence: readonly Evidence[];
  /** Loses to another tool that fits as well: others have such files, or such words in comments, too. */
  readonly givesWay?: boolean;
  /** Path of a migration in SQL; the groups `number` (as written) and `name`. */
  readonly forward: RegExp;
  /** What hardly any other tool has: the path of a migration, or a text in it. */
  readonly own?: { readonly path?: RegExp; readonly text?: RegExp };
  /** A text in a file that lists the migrations; that file has to be in the same folder. */
  readonly lists?: RegExp;
  /** Path of a file that undoes a migration. */
  readonly undo?: RegExp;
  /** Path of a migration that is a program; the same groups as `forward`. */
  readonly program?: RegExp;
  /** Other files that the tool runs or reads, by path. The first match counts. */
  readonly beside?: readonly Beside[];
  /** The comments that begin the halves of a file, exactly as the tool reads them; each is one line. */
  readonly sections?: Sections;
  /** Other lines of the tool, which mean nothing to pgm. */
  readonly dropped?: RegExp;
  /** What says that a migration runs outside a transaction. */
  readonly outside?: Outside;
  /** Lines that the tool reads differently from PostgreSQL, and what to do. */
  readonly unlike?: readonly Unlike[];
  readonly order: Order;
  /** The number that pgm gives a migration; by default the group `number`. */
  readonly numberOf?: (number: string) => string | null;
  /** How the tool's table identifies a migration; by default the group `number` as a number. */
  readonly versionOf?: (migration: Named) => string;
  /** What is odd about the migrations as a whole. */
  readonly odd?: (migrations: readonly Named[]) => readonly Unclear[];
  /** Instead of `forward` and `order`, if a file of the tool lists its migrations or a file holds several. Null: use those. */
  readonly arrange?: (files: readonly FoundFile[]) => Arrangement | null;
  readonly history: ToolHistory;
}

export interface Evidence {
  readonly path: RegExp;
  /** Must be in the file; absent if the path is enough. */
  readonly text?: RegExp;
}

interface Beside {
  readonly path: RegExp;
  /** It does not matter as long as nothing but comments is in it. */
  readonly mayBeBlank?: boolean;
  readonly what: string;
  /** What to do about it; null if there is nothing to do. */
  readonly advice: string | null;
}

export interface Sections {
  /** Null: what precedes `down` goes forward. */
  readonly up: RegExp | null;
  readonly down: RegExp;
  /** The tool does not run a file without `up`. */
  readonly needed: boolean;
  /** Another `up` continues the forward half. */
  readonly again: boolean;
}

export interface Outside {
  /** A line of the file. */
  readonly line?: RegExp;
  /** Only as the first line. */
  readonly firstOnly?: boolean;
  /** How most people write that line. */
  readonly written?: string;
  /** A file beside the migration, a line in it, and the other lines that it may have. */
  readonly beside?: {
    readonly path: (path: string) => string;
    readonly line: RegExp;
    readonly known: RegExp;
  };
  /** A line in a configuration file that says so for all migrations; `not` in the file beside a migration overrides it. */
  readonly forAll?: { readonly path: RegExp; readonly line: RegExp; readonly not: RegExp };
  /** The tool sends one statement at a time if one of them cannot run in a transaction, or can be told to. */
  readonly whereNeeded?: boolean;
}

export interface Unlike {
  readonly line: RegExp;
  /** In a line that is a comment it changes nothing. */
  readonly notInComments?: boolean;
  readonly what: string;
  readonly advice: string;
  /** True if the tool has been told not to do it. */
  readonly isOff?: (files: readonly FoundFile[]) => boolean;
}

/**
 * By the number as a number and then by path, by the path byte by byte, or by the version byte by byte. `once`: no two
 * may have the same number.
 */
export interface Order {
  readonly by: 'number' | 'bytes' | 'version';
  readonly once: boolean;
}

export interface Named {
  readonly path: string;
  /** As written; empty if the name has none. */
  readonly number: string;
  readonly name: string;
}

/** A migration of the tool, in the order in which it is applied. */
export interface ToolMigration extends Named {
  readonly lines: readonly Line[];
  /** How the tool's table identifies it. */
  readonly version: string;
  /** Runs outside a transaction. */
  readonly outside: boolean;
  /** A program, of which only the place in the order is known. */
  readonly isProgram: boolean;
}

export interface Arrangement {
  readonly migrations: readonly ToolMigration[];
  readonly leftOut: readonly LeftOut[];
  readonly unclear: readonly Unclear[];
}

export interface LeftOut {
  readonly path: string;
  readonly why: string;
}

/** What keeps a folder from being imported: a place, what is there, and what to do. */
export interface Unclear {
  readonly path: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly what: string;
  readonly advice: string;
}
