import { expect, test } from 'vitest';
import { notComparedStatement, objectsStatement } from '../../../src/db/catalog/build-query.js';
import type { CatalogQuery } from '../../../src/db/catalog/catalog-query.js';
import { databaseWideQueries } from '../../../src/db/catalog/database-wide.js';
import { relationQueries } from '../../../src/db/catalog/relations.js';
import { replicationQueries } from '../../../src/db/catalog/replication.js';
import { tablePartQueries } from '../../../src/db/catalog/table-parts.js';
import { typeQueries } from '../../../src/db/catalog/types.js';
import { mutations } from './mutations.js';
import { catalogsReadInOwnWay, kindsReadInOwnWay } from './own-way.js';

/** All that knows the version; how it reads each catalog. */
function statementsAt(major: number): ReadonlyMap<string, string> {
  const server = { major, seesConninfo: true };
  const queries: readonly CatalogQuery[] = [
    databaseWideQueries,
    replicationQueries,
    relationQueries,
    tablePartQueries,
    typeQueries,
  ].flatMap((queriesOf) => queriesOf(server));
  const catalogs = [...new Set(queries.map(({ catalog }) => catalog))];
  const texts = catalogs.map((catalog) => {
    const own = queries.filter((query) => query.catalog === catalog);
    const statements = own.map((query) => objectsStatement(query, []));
    return [catalog, [...statements, notComparedStatement(catalog, own, [])].join(';')] as const;
  });
  return new Map(texts);
}

test('between 14 and 18 no other catalogs are read as on neither, so that their mutations need be tried on these two only', () => {
  const ends = [statementsAt(14), statementsAt(18)];
  const ownWay = [15, 16, 17].flatMap((major) =>
    [...statementsAt(major)]
      .filter(([catalog, text]) => ends.every((end) => end.get(catalog) !== text))
      .map(([catalog]) => catalog),
  );
  expect([...new Set(ownWay)].toSorted()).toEqual(catalogsReadInOwnWay);
});

test('there are mutations of each kind that is read in a way of its own', () => {
  const kinds = mutations(14).map(([changes]) => kindsReadInOwnWay.exec(changes)?.[0]);
  expect(new Set(kinds)).toEqual(new Set([undefined, 'collation ', 'subscription ']));
});
