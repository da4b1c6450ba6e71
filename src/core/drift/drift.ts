import { type Catalog, type CatalogObject, nameOf } from '../catalog/catalog.js';
import { compareCatalogs, type FactChange } from '../catalog/compare-catalogs.js';
import type { MigrationKey } from '../files/migration.js';
import type { IsIgnored } from './ignored.js';
import type { ExpectedCatalog, KeptHead } from './kept-catalog.js';

/** One object that is not as the files made it. */
export type DriftItem =
  /** In the database, and no file put it there. */
  | { readonly kind: 'unknown'; readonly object: CatalogObject; readonly live: CatalogObject }
  | {
      readonly kind: 'missing';
      readonly object: CatalogObject;
      /** The file that made it; null where that is not known. */
      readonly by: MigrationKey | null;
    }
  | {
      readonly kind: 'different';
      /** In its expected form. */
      readonly object: CatalogObject;
      readonly live: CatalogObject;
      /** `before`: as expected, `after`: as it is. */
      readonly facts: readonly FactChange[];
      readonly by: MigrationKey | null;
    };

/** How the database differs from what the files made, in the order of kind and identity. */
export function driftOf(
  expected: ExpectedCatalog,
  live: Catalog,
  isIgnored: IsIgnored,
): readonly DriftItem[] {
  const by = new Map(expected.objects.map((object) => [nameOf(object), object.by]));
  const differences = compareCatalogs({ objects: expected.objects, notCompared: [] }, live);
  const items = differences.map((each): DriftItem => {
    if (each.kind === 'added') return { kind: 'unknown', object: each.object, live: each.object };
    const object = each.kind === 'removed' ? each.object : each.before;
    const file = by.get(nameOf(object)) ?? null;
    if (each.kind === 'removed') return { kind: 'missing', object, by: file };
    return { kind: 'different', object, live: each.after, facts: each.facts, by: file };
  });
  return items.filter(({ object }) => !isIgnored(object));
}

/** The result of looking at the database. */
export type DriftLook =
  /** pgm has applied nothing here yet. */
  | { readonly kind: 'no history' }
  /** No run has kept the catalog yet. */
  | { readonly kind: 'no document' }
  /** Read with different queries: by another version of pgm or PostgreSQL. */
  | { readonly kind: 'not comparable'; readonly kept: KeptHead }
  | {
      readonly kind: 'compared';
      readonly kept: KeptHead;
      readonly items: readonly DriftItem[];
      /** What this role, or that of the run, may not see, and was therefore not compared. */
      readonly unseen: readonly string[];
      /** The live catalog; null if nothing has changed since it was kept, so that it was not read. */
      readonly catalog: Catalog | null;
      /** Changes when anything in the catalogs or the history may have changed: see `Glance`. */
      readonly state: string;
    }
  /** Nothing has changed since the look whose state was given. */
  | { readonly kind: 'as before' };
