import { type CatalogObject, nameOf } from '../../catalog/catalog.js';
import type { Dependency, SchemaReading } from './reading.js';
import type { Quote } from './text.js';

/** One statement of the output, or a comment. */
export interface Statement {
  /** With its semicolon. */
  readonly text: string;
  /** Names of objects that have to exist. */
  readonly needs: readonly string[];
  /** Names of objects that exist from then on. */
  readonly makes: readonly string[];
  /** Creates the same object empty, for objects that need each other in a circle. */
  readonly standIn?: string;
}

/** What is printed together: an object with all that belongs to it. */
export interface Group {
  readonly part: Part;
  /** The schema whose heading it is under. */
  readonly schema: string | null;
  /** Its place within the schema or part, by kind; then by identity. */
  readonly rank: number;
  readonly identity: string;
  readonly statements: readonly Statement[];
}

/** In their order; `schema` stands for all schemas. */
export const parts = ['database', 'schema', 'foreign keys', 'end'] as const;
type Part = (typeof parts)[number];

/** What printing an object needs to look up. */
export interface Printing extends Pick<SchemaReading, 'database'> {
  readonly quote: Quote;
  /** A role as an identifier. */
  readonly role: (name: string) => string;
  /** Of a kind, in the order of the catalog. */
  readonly ofKind: (kind: string) => readonly CatalogObject[];
  readonly ofTable: (table: string, kind: string) => readonly CatalogObject[];
  /** The sequence of a column; the first of several. */
  readonly ownedBy: (column: string) => CatalogObject | undefined;
  /** Names of the tables that inherit from this one, partitions excepted. */
  readonly heirsOf: (table: string) => readonly string[];
  readonly named: (name: string) => CatalogObject | undefined;
  readonly find: (kind: string, identity: string) => CatalogObject | undefined;
  readonly dependenciesOf: (name: string) => readonly Dependency[];
  /** Whether a column in this schema gives this name to its NOT NULL, so that the server would give another one to others. */
  readonly isNameOfNotNull: (schema: string | null, name: string) => boolean;
  /** Whether an object needs the table or one of its columns, directly or indirectly. */
  readonly reaches: (from: string, table: CatalogObject) => boolean;
}

/** Whether a name is that of the table or of one of its columns. */
export function isOfTable(name: string, table: CatalogObject): boolean {
  return name === nameOf(table) || name.startsWith(`${table.kind} column ${table.identity}.`);
}

/** The statement that creates an object, together with others that are part of it. */
export function making(
  text: string,
  object: CatalogObject,
  { dependenciesOf }: Printing,
  others: readonly CatalogObject[] = [],
): Statement {
  const makes = [object, ...others].map(nameOf);
  const own = new Set(makes);
  const needs = makes.flatMap((name) => dependenciesOf(name).map(({ on }) => on));
  return { text, makes, needs: needs.filter((name) => !own.has(name)) };
}

/** A statement, or a comment, about no object of the output. */
export function unrelated(text: string): Statement {
  return { text, needs: [], makes: [] };
}

/** A statement on an existing object. */
export function altering(
  text: string,
  object: CatalogObject,
  needs: readonly string[] = [],
): Statement {
  return { text, needs: [nameOf(object), ...needs], makes: [] };
}

/** Writes the statements of one object. */
export type Print = (object: CatalogObject, printing: Printing) => readonly Statement[];

/** A group for each object of a kind; `rank`: see `Group`. */
export function groupsOf(
  kind: string,
  [part, rank]: readonly [part: Part, rank: number],
  print: Print,
  printing: Printing,
): readonly Group[] {
  return printing.ofKind(kind).map((object) => ({
    part,
    schema: part === 'schema' ? object.schema : null,
    rank,
    identity: object.identity,
    statements: print(object, printing),
  }));
}

/** How statements name an object. */
export interface Subject {
  readonly object: CatalogObject;
  /** Its kind in COMMENT ON and ALTER: `MATERIALIZED VIEW`. */
  readonly word: string;
  readonly name: string;
  /** Its kind and name in GRANT, if they differ. */
  readonly granted?: readonly [word: string, name: string];
  /** The identifier of the column that GRANT and REVOKE name. */
  readonly column?: string;
  /** Whether its owner is that of another object. */
  readonly hasNoOwn?: boolean;
}
