import { createHash } from 'node:crypto';

/** A property of an object; defaults are left out. */
export type Fact = string | number | boolean | readonly (string | number)[];

/** One object of a database. `identity` is its qualified name, as PostgreSQL writes it. */
export interface CatalogObject {
  /** PostgreSQL's own word: `table`, `table column`, `index`. */
  readonly kind: string;
  /** `public.users.email`, with quotes where a name needs them. */
  readonly identity: string;
  /** The schema it is in; null for one outside any schema, such as an extension. */
  readonly schema: string | null;
  /** The table it belongs to: that of a column, an index, a trigger. */
  readonly table: string | null;
  /** By name, sorted. */
  readonly facts: Readonly<Record<string, Fact>>;
}

/** What identifies an object within a database. */
export type ObjectName = Pick<CatalogObject, 'kind' | 'identity'>;

/** The same as one text. */
export function nameOf({ kind, identity }: ObjectName): string {
  return `${kind} ${identity}`;
}

/** Every object that SQL can create in a database, except those of the server, of extensions and of pgm. */
export interface Catalog {
  /** Sorted by kind and identity. */
  readonly objects: readonly CatalogObject[];
  /** Objects of which pgm knows no facts, such as those of a newer server: always reported. */
  readonly notCompared: readonly ObjectName[];
}

/** Sorts what was read, so that the same database always gives the same catalog. */
export function catalogOf(
  objects: readonly CatalogObject[],
  notCompared: readonly ObjectName[],
): Catalog {
  return {
    objects: objects.map(withSortedFacts).toSorted(byName),
    notCompared: notCompared.toSorted(byName),
  };
}

/** The catalog as text: one object a line, as JSON. Equal databases give equal bytes. */
export function documentOf({ objects }: Catalog): string {
  return objects
    .map(({ kind, identity, facts }) => `${JSON.stringify([kind, identity, facts])}\n`)
    .join('');
}

/** SHA-256 of the document, in hex. */
export function fingerprintOf(catalog: Catalog): string {
  return createHash('sha256').update(documentOf(catalog)).digest('hex');
}

function withSortedFacts(object: CatalogObject): CatalogObject {
  const facts = Object.entries(object.facts).toSorted(([a], [b]) => byCodeUnits(a, b));
  return { ...object, facts: Object.fromEntries(facts) };
}

function byName(a: ObjectName, b: ObjectName): number {
  return byCodeUnits(a.kind, b.kind) || byCodeUnits(a.identity, b.identity);
}

/** The same on every machine. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
