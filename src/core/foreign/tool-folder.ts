import type { Line } from './lines.js';

/** A file of a folder that is to be imported. */
export interface FoundFile {
  /** From the folder of the migrations, with `/`; a file above it begins with `../`. */
  readonly path: string;
  /** Without a byte order mark; null for a file that nobody needs to read, or that has a fault. */
  readonly text: string | null;
  readonly hasMark?: boolean;
  /** Why it cannot be read as text: not valid UTF-8, a broken link. */
  readonly fault?: string;
}

/** How a folder of another tool is told from others, and what each file in it is. */
export interface ToolFolder {
  /** What `--tool` takes. */
  readonly word: string;
  /** Where the tool puts its migrations within a project. */
  readonly homes: readonly string[];
  /** What names the tool for certain: files beside or above the migrations, and text in them. */
  readonly evidence: readonly Evidence[];
  /** Path of a migration in SQL; the groups `number` (as written) and `name`. */
  readonly forward: RegExp;
  /** What hardly anybody else has: the path of a migration, or a text in it. */
  readonly own?: { readonly path?: RegExp; readonly text?: RegExp };
  /** Path of a file that undoes a migration. */
  readonly undo?: RegExp;
  /** Path of a migration that is a program; the same groups as `forward`. */
  readonly program?: RegExp;
  /** Other files the tool runs or reads, by path. The first that matches counts. */
  readonly beside?: readonly Beside[];
  /** The comments that begin the halves of a file, exactly as the tool reads them; each is one line. */
  readonly sections?: Sections;
  /** Other lines of the tool's own, which have no meaning for pgm. */
  readonly dropped?: RegExp;
  /** What says that a migration runs outside a transaction. */
  readonly outside?: Outside;
  /** Lines that the tool does not read as PostgreSQL would, and what to do. */
  readonly unlike?: readonly Unlike[];
  readonly order: Order;
  /** The number of a migration as pgm has it; by default the group `number`. */
  readonly numberOf?: (number: string) => string | null;
  /** What the tool's table has for a migration; by default the group `number` as a number. */
  readonly versionOf?: (migration: Named) => string;
  /** What is odd about all of them together. */
  readonly odd?: (migrations: readonly Named[]) => readonly Unclear[];
  /** Instead of `forward` and `order`, where a file of the tool lists its migrations, or a file holds several. Null: as those say. */
  readonly arrange?: (files: readonly FoundFile[]) => Arrangement | null;
  readonly history: ToolHistory | null;
}

export interface Evidence {
  readonly path: RegExp;
  /** Has to be in the file, unless the path is enough. */
  readonly text?: RegExp;
}

export interface Beside {
  readonly path: RegExp;
  readonly what: string;
  /** What to do about it; null if there is nothing to do. */
  readonly advice: string | null;
}

export interface Sections {
  /** Null: what comes before `down` goes forward. */
  readonly up: RegExp | null;
  readonly down: RegExp;
  /** The tool does not run a file without `up`. */
  readonly needed: boolean;
  /** The tool goes on with the forward half after another `up`. */
  readonly again: boolean;
}

export interface Outside {
  /** A line of the file. */
  readonly line?: RegExp;
  /** Only as the first line. */
  readonly firstOnly?: boolean;
  /** A file beside it, a line in that, and the other lines that it may have. */
  readonly beside?: {
    readonly path: (path: string) => string;
    readonly line: RegExp;
    readonly known: RegExp;
  };
  /** The tool sends one statement at a time if one of them cannot run in a transaction, or may be told to. */
  readonly whereNeeded?: boolean;
}

export interface Unlike {
  readonly line: RegExp;
  readonly what: string;
  readonly advice: string;
  /** True if the tool has been told not to do it. */
  readonly isOff?: (files: readonly FoundFile[]) => boolean;
}

/**
 * By the number as a number and then by path, by the path byte by byte, or by the version byte by byte. `once`: no two may
 * have the same number.
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

/** A migration as the tool has it, in the order in which it is applied. */
export interface ToolMigration extends Named {
  readonly lines: readonly Line[];
  /** What the tool's table has for it. */
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

/** The table in which the tool keeps what it has applied, with its usual name. */
export interface ToolHistory {
  /** Null: the first schema of the search path. */
  readonly schema: string | null;
  readonly table: string;
  /** The column, or an expression in SQL, that gives `ToolMigration.version`. */
  readonly column: string;
  /** `each`: a row a migration. `newest`: one row, the last one applied; all before it are applied too. */
  readonly rows: 'each' | 'newest';
  /** A condition in SQL that is true for a migration that counts as applied. */
  readonly applied?: string;
  /** Other tables that it keeps beside it. */
  readonly beside?: readonly string[];
}
