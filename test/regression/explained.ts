import { type Difference, objectOf } from '../../src/core/catalog/compare-catalogs.js';

/** Why pg_dump does not restore it; null where that is not known. */
export function explanationOf(difference: Difference): string | null {
  const found = Object.entries(explanations).find(([, explains]) => explains(difference));
  return found?.[0] ?? null;
}

const explanations: Readonly<Record<string, (difference: Difference) => boolean>> = {
  'definitions alone are dumped: no rows of a materialized view': (difference) =>
    changesOnly(difference, 'materialized view', 'not populated'),
  'definitions alone are dumped: no large objects': ({ kind, ...difference }) =>
    kind === 'removed' && 'object' in difference && difference.object.kind === 'large object',
  // ADD COLUMN to a parent puts the column behind the child's own ones, CREATE TABLE … INHERITS before them.
  'pg_dump puts the columns that a table inherits before its own': (difference) =>
    changesOnly(difference, 'table column', 'position'),
  'pg_dump leaves out what was added to an operator family of the server': (difference) =>
    difference.kind === 'removed' &&
    difference.object.kind.endsWith('of access method') &&
    difference.object.identity.includes(' of pg_catalog.'),
  'pg_dump leaves out an operator that was only named as that of another one': (difference) =>
    difference.kind === 'removed' &&
    difference.object.kind === 'operator' &&
    difference.object.facts['function'] === undefined,
  // One that was there before ATTACH PARTITION keeps its own name until then.
  'pg_dump leaves the foreign key of a partition to that of the whole table, whose name it gets': (
    difference,
  ) =>
    difference.kind !== 'changed' &&
    difference.object.kind === 'table constraint' &&
    'part of' in difference.object.facts &&
    String(difference.object.facts['definition']).startsWith('FOREIGN KEY'),
};

function changesOnly(difference: Difference, kind: string, fact: string): boolean {
  return (
    difference.kind === 'changed' &&
    objectOf(difference).kind === kind &&
    difference.facts.every(({ name }) => name === fact)
  );
}
