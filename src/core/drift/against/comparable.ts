import type { Catalog, CatalogObject } from '../../catalog/catalog.js';
import type { ExpectedCatalog, LiveCatalog } from '../kept-catalog.js';

/** The kept catalog and the live one, without what only one of the two readers could see. */
export interface Comparable {
  readonly expected: ExpectedCatalog;
  readonly live: LiveCatalog;
  /** What was left out of both: `connection of subscription app_sub`. */
  readonly unseen: readonly string[];
}

/** Null if the two were read with different queries, so that they may differ without any change. */
export function comparable(
  expected: ExpectedCatalog,
  live: LiveCatalog,
  reader: string,
): Comparable | null {
  const [major, digest, sees] = reader.split(' ');
  const [liveMajor, liveDigest, liveSees] = live.reader.split(' ');
  if (major !== liveMajor || digest !== liveDigest) return null;
  if (sees === 'all' && liveSees === 'all') return { expected, live, unseen: [] };
  const { notCompared } = live.catalog;
  const objects = live.catalog.objects.map(withoutSecret);
  return {
    expected: { objects: expected.objects.map(withoutSecret) },
    live: { ...live, catalog: { objects, notCompared } },
    unseen: secretsIn(live.catalog),
  };
}

/** The facts that not every role may see: `connection of subscription app_sub`. */
export function secretsIn({ objects }: Catalog): readonly string[] {
  return objects.flatMap(({ kind, identity }) => {
    const fact = secrets[kind];
    return fact === undefined ? [] : [`${fact} of ${kind} ${identity}`];
  });
}

/** Facts that the server shows to some roles only. */
const secrets: Readonly<Record<string, string>> = {
  subscription: 'connection',
  'user mapping': 'options',
};

export function withoutSecret<T extends CatalogObject>(object: T): T {
  const secret = secrets[object.kind];
  if (secret === undefined || !(secret in object.facts)) return object;
  const facts = Object.entries(object.facts).filter(([name]) => name !== secret);
  return { ...object, facts: Object.fromEntries(facts) };
}
