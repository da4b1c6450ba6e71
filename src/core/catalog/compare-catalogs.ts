import { type Catalog, type CatalogObject, type Fact, nameOf } from './catalog.js';

/** What differs between two catalogs: one object each, in the order of the catalogs. */
export type Difference =
  | { readonly kind: 'added'; readonly object: CatalogObject }
  | { readonly kind: 'removed'; readonly object: CatalogObject }
  | {
      readonly kind: 'changed';
      readonly before: CatalogObject;
      readonly after: CatalogObject;
      readonly facts: readonly FactChange[];
    };

/** A fact that one of the two does not have is null there. */
export interface FactChange {
  readonly name: string;
  readonly before: Fact | null;
  readonly after: Fact | null;
}

/** The changes that turn `before` into `after`. */
export function compareCatalogs(before: Catalog, after: Catalog): readonly Difference[] {
  const old = new Map(before.objects.map((object) => [nameOf(object), object]));
  const now = new Map(after.objects.map((object) => [nameOf(object), object]));
  const removed = before.objects
    .filter((object) => !now.has(nameOf(object)))
    .map((object): Difference => ({ kind: 'removed', object }));
  const others = after.objects.flatMap((object): readonly Difference[] => {
    const was = old.get(nameOf(object));
    if (was === undefined) return [{ kind: 'added', object }];
    const facts = changesOf(was, object);
    return facts.length === 0 ? [] : [{ kind: 'changed', before: was, after: object, facts }];
  });
  return [...removed, ...others];
}

/** The object that a difference is about: its current form if it still exists. */
export function objectOf(difference: Difference): CatalogObject {
  return difference.kind === 'changed' ? difference.after : difference.object;
}

function changesOf(before: CatalogObject, after: CatalogObject): readonly FactChange[] {
  if (before.facts === after.facts) return [];
  const names = new Set([...Object.keys(before.facts), ...Object.keys(after.facts)]);
  return [...names].toSorted().flatMap((name) => {
    const [was = null, is = null] = [before.facts[name], after.facts[name]];
    return JSON.stringify(was) === JSON.stringify(is) ? [] : [{ name, before: was, after: is }];
  });
}
