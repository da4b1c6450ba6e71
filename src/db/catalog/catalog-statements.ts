import { createHash } from 'node:crypto';
import { notComparedStatement, objectsStatement } from './build-query.js';
import type { CatalogQuery, CatalogServer } from './catalog-query.js';
import { databaseWideQueries } from './database-wide.js';
import { relationQueries } from './relations.js';
import { replicationQueries } from './replication.js';
import { operatorQueries, routineQueries } from './routines.js';
import { tablePartQueries } from './table-parts.js';
import { typeQueries } from './types.js';

function queriesFor(server: CatalogServer): readonly CatalogQuery[] {
  return [
    ...databaseWideQueries(server),
    ...replicationQueries(server),
    ...relationQueries(server),
    ...tablePartQueries(server),
    ...routineQueries,
    ...typeQueries(server),
    ...operatorQueries,
  ];
}

interface Catalogs {
  /** Those whose rows are objects. */
  readonly catalogs: readonly string[];
  /** Those of them that have no objects of users. */
  readonly empty: ReadonlySet<string>;
}

/** Each gives one set of rows. */
export function statementsFor(
  server: CatalogServer,
  histories: readonly string[],
  { catalogs, empty }: Catalogs,
): readonly string[] {
  const queries = queriesFor(server);
  const isLeft = (catalog: string): boolean => !empty.has(catalog);
  const objects = queries
    .filter(({ catalog }) => isLeft(catalog))
    .map((query) => objectsStatement(query, histories));
  const rest = catalogs.filter(isLeft).flatMap((catalog) => {
    const known = queries.filter((query) => query.catalog === catalog);
    const readsAll = known.some(({ where }) => where === undefined);
    return readsAll ? [] : [notComparedStatement(catalog, known, histories)];
  });
  return [...objects, ...rest];
}

/** By what they depend on: most databases of a fleet have the same. */
const digests = new Map<string, string>();

/** SHA-256 of all statements, for a role that may see everything, in a database without another history. */
export function digestFor(
  major: number,
  historySchema: string,
  catalogs: readonly string[],
): string {
  const key = [major, historySchema, ...catalogs].join(' ');
  const known = digests.get(key);
  if (known !== undefined) return known;
  const whole = { catalogs, empty: new Set<string>() };
  const all = statementsFor({ major, seesConninfo: true }, [historySchema], whole);
  const digest = createHash('sha256').update(all.join(';')).digest('hex');
  digests.set(key, digest);
  return digest;
}
