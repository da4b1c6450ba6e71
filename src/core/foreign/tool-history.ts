/** A table of the database that may belong to a tool. */
export interface FoundTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly string[];
}

/** Which rows to read: these columns, sorted by those of `orderBy` that exist. */
export interface ToolRowsQuestion {
  readonly table: Pick<FoundTable, 'schema' | 'name'>;
  readonly columns: readonly string[];
  readonly orderBy: readonly string[];
}

/** What other tools keep in the database. */
export interface ToolTables {
  /** Tables of these names, in any schema but the system's and pgm's own. */
  toolTables(names: readonly string[]): Promise<readonly FoundTable[]>;
  /** All rows of a table; throws `Refused` if they may not be read, or not all of them. */
  toolRows(question: ToolRowsQuestion): Promise<readonly ToolRow[]>;
}

/** A row of a tool's table: each column as text, as PostgreSQL writes it. */
export type ToolRow = Readonly<Record<string, string | null>>;

/** The table in which a tool keeps what it has applied, under its usual name, and what its rows mean. */
export interface ToolHistory {
  readonly table: string;
  /** Names that its users give it. */
  readonly otherNames?: readonly string[];
  /** Columns that it always has. */
  readonly columns: readonly string[];
  /** It has no other columns: its name and columns are common ones. */
  readonly exact?: boolean;
  /** Columns that are read if they exist. */
  readonly also?: readonly string[];
  /** Columns that sort the rows in the order in which they were written. */
  readonly orderBy: readonly string[];
  /** A table in the same schema that must or must not exist: two tools have the same table. */
  readonly beside?: { readonly table: string; readonly isThere: boolean };
  /** Other tables that it uses. */
  readonly others?: readonly string[];
  /** The schema that it creates for its history alone. */
  readonly ownSchema?: string;
  /** A schema in which a table of this form belongs to another tool. */
  readonly notIn?: string;
  readonly read: (rows: readonly ToolRow[]) => Told;
  /** A version in the form in which it is compared; by default as `ToolFolder.versionOf` writes it. */
  readonly keyOf?: (version: string) => string;
  /** If one file stands for many rows: the versions that the file says it contains. */
  readonly within?: (sql: string) => readonly string[];
  /**
   * The checksums that the tool may have stored for a file with this text; empty if it computes them in another way.
   * `row`: what was stored.
   */
  readonly sums?: (text: string, row: ToldRow, file: SummedFile) => readonly string[];
  /** What to do about a migration that failed halfway, in the tool's terms. */
  readonly repair?: string;
}

/** What a checksum may cover besides the text. */
export interface SummedFile {
  /** The digits, as written. */
  readonly number: string;
}

/** What a tool's table says. */
export interface Told {
  /** One for each migration, in the order in which the tool wrote them. */
  readonly rows: readonly ToldRow[];
  /** If not null, everything up to this version, in the tool's order, counts as applied too. */
  readonly upTo: UpTo | null;
  /** Why it is unclear what is in the database, and what to do; null if it is clear. */
  readonly unsure: Unsure | null;
}

export interface UpTo {
  readonly version: string;
  /** It is a migration itself, not only a number. */
  readonly isMigration: boolean;
}

export interface Unsure {
  readonly what: string;
  readonly advice: string;
}

/** What a tool's table says about one migration. */
export interface ToldRow {
  readonly id: RowId;
  /** `failed`: begun, and not known to be finished. `undone`: taken back since, or never done. */
  readonly state: 'applied' | 'failed' | 'undone';
  /** The checksum that the tool stored; null if there is none to compare. */
  readonly sum: string | null;
  /** The checksum of the migration before it, or its name: whatever else the sum was made of. */
  readonly salt?: string;
}

/** How a row identifies its migration. `shown` is for people. */
export type RowId =
  | { readonly kind: 'version'; readonly shown: string; readonly version: string }
  /** Its path in the tool's folder, as `ToolFolder.forward` reads it. */
  | { readonly kind: 'path'; readonly shown: string; readonly path: string }
  /** Possible names of its file, after the number that pgm gave it. */
  | { readonly kind: 'stems'; readonly shown: string; readonly stems: readonly string[] }
  /** Only its content is known, as one of `ToolHistory.sums`. */
  | { readonly kind: 'content'; readonly shown: string };

/** What most tables say: a row per migration, and nothing else. */
export function told(rows: readonly ToldRow[]): Told {
  return { rows, upTo: null, unsure: null };
}

export function versionRow(version: string, more: Partial<Omit<ToldRow, 'id'>> = {}): ToldRow {
  return rowOf({ kind: 'version', shown: version, version }, more);
}

export function pathRow(
  shown: string,
  path: string,
  more: Partial<Omit<ToldRow, 'id'>> = {},
): ToldRow {
  return rowOf({ kind: 'path', shown, path }, more);
}

export function rowOf(
  id: RowId,
  { state = 'applied', sum = null, salt }: Partial<Omit<ToldRow, 'id'>>,
): ToldRow {
  return salt === undefined ? { id, state, sum } : { id, state, sum, salt };
}

/** A table with a row for each applied version, in the column `version`. */
export function versionsIn(rows: readonly ToolRow[]): Told {
  return told(rows.map((row) => versionRow(text(row, 'version'))));
}

/** The same with a path in the folder, or with what `pathOf` makes of it. */
export function pathsIn(
  rows: readonly ToolRow[],
  column: string,
  pathOf: (name: string) => string = (name) => name,
): Told {
  return told(rows.map((row) => pathRow(text(row, column), pathOf(text(row, column)))));
}

/** The value of a column that is never null, or an empty text. */
export function text(row: ToolRow, column: string): string {
  return row[column] ?? '';
}

/** PostgreSQL casts a boolean to the text `true`; some drivers store 1. */
export function isTrue(row: ToolRow, column: string): boolean {
  return ['true', 't', '1'].includes(row[column] ?? '');
}
