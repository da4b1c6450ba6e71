import { createHash } from 'node:crypto';

/** What is true of an object; what is usual is left out. */
export type Fact = string | number | boolean | readonly (string | number)[];

/** One object of a database. Where it is and what it is called stands in `identity`, as PostgreSQL writes it. */
export interface CatalogObject {
  /** PostgreSQL's own word: `table`, `table column`, `index`. */
  readonly kind: string;
  /** `public.users.email`, with quotes where a name needs them. */
  readonly identity: string;
  /** The schema it is in; null for one that is in none, such as an extension. */
  readonly schema: string | null;
  /** The table it belongs to: that of a column, an index, a trigger. */
  readonly table: string | null;
  /** By name, sorted. */
  readonly facts: Readonly<Record<string, Fact>>;
}

/** What names an object within a database. */
export type ObjectName = Pick<CatalogObject, 'kind' | 'identity'>;

/** Every object of a database that SQL can make, except for the server's, those of extensions and pgm's own. */
export interface Catalog {
  /** Sorted by kind and identity. */
  readonly objects: readonly CatalogObject[];
  /** Objects of which pgm knows no facts, such as those of a newer server: never passed over in silence. */
  readonly notCompared: readonly ObjectName[];
}

/** Sorts what was read, so that the same database gives the same catalog. */
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
  const facts = Object.entries(object.facts).toSorted(([a], [b]) => compare(a, b));
  return { ...object, facts: Object.fromEntries(facts) };
}

/** By code units, which is the same on every machine. */
function byName(a: ObjectName, b: ObjectName): number {
  return compare(a.kind, b.kind) || compare(a.identity, b.identity);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
