import { createHash } from 'node:crypto';
import { type Catalog, type CatalogObject, catalogOf } from '../../core/catalog/catalog.js';
import { mask } from '../../core/text/position.js';
import type { Client } from '../wire/client.js';
import type { Rows } from '../wire/driver.js';
import { notComparedStatement, objectsStatement } from './build-query.js';
import { type CatalogQuery, type CatalogServer, hidden } from './catalog-query.js';
import { databaseWideQueries } from './database-wide.js';
import { operatorQueries } from './operators.js';
import { relationQueries } from './relations.js';
import { replicationQueries } from './replication.js';
import { routineQueries } from './routines.js';
import { tablePartQueries } from './table-parts.js';
import { typeQueries } from './types.js';

/**
 * Every object of the database that is not the server's, an extension's or pgm's own, as this role may see it. Costs two
 * round trips. `isInTransaction`: as the transaction that is open sees it, whose settings stay as they are. Throws what the
 * server says.
 */
export async function readCatalog(
  client: Client,
  historySchema: string,
  isInTransaction = false,
): Promise<Catalog> {
  const { statements } = await catalogReading(client, historySchema);
  return readWith(client, statements, isInTransaction);
}

/** The rows of the catalog, and of more statements in the same snapshot. */
export async function readRows(
  client: Client,
  historySchema: string,
  isInTransaction: boolean,
  more: readonly string[] = [],
): Promise<readonly [catalog: Rows, ...more: readonly Rows[]]> {
  const { statements } = await catalogReading(client, historySchema);
  const answers = await client.run(asRead([...statements, ...more], isInTransaction));
  const own = answers.length - more.length;
  return [answers.slice(0, own).flat(), ...answers.slice(own)];
}

/** How the catalog of a server is read. */
export interface CatalogReading {
  readonly statements: readonly string[];
  /** SHA-256 of them, as they are for a role that may see everything. */
  readonly digest: string;
  readonly seesAll: boolean;
}

/** How this role reads it. Costs a round trip. */
export async function catalogReading(
  client: Client,
  historySchema: string,
): Promise<CatalogReading> {
  const { server, catalogs, seesAll } = await askServer(client);
  const forServer = (asked: CatalogServer): readonly string[] => {
    const queries = queriesFor(asked);
    const objects = queries.map((query) => objectsStatement(query, historySchema));
    const rest = catalogs.map((catalog) => {
      const known = queries.filter((query) => query.catalog === catalog);
      return notComparedStatement(catalog, known, historySchema);
    });
    return [...objects, ...rest];
  };
  const all = forServer({ major: server.major, seesConninfo: true }).join(';');
  const digest = createHash('sha256').update(all).digest('hex');
  return { statements: forServer(server), digest, seesAll };
}

/** `readCatalog` with its statements. */
export async function readWith(
  client: Client,
  statements: readonly string[],
  isInTransaction: boolean,
  withinMs?: number | null,
): Promise<Catalog> {
  const rows = (await client.run(asRead(statements, isInTransaction), withinMs)).flat();
  return catalogIn(rows);
}

export function catalogIn(rows: Rows): Catalog {
  return catalogOf(
    rows.filter(isObject).map(objectOf),
    rows.filter((row) => !isObject(row)).map(nameOf),
  );
}

/** Not one of what is not compared. */
export function isObject(row: Rows[number]): boolean {
  return 'facts' in row;
}

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

/** The catalogs of this server whose rows are objects, among them those that a newer one has added. */
async function askServer(client: Client): Promise<{
  readonly server: CatalogServer;
  readonly catalogs: readonly string[];
  readonly seesAll: boolean;
}> {
  const [rows] = await client.run(`
select pg_catalog.current_setting('server_version_num')::integer / 10000 as major,
  pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'select') as sees_conninfo,
  pg_catalog.current_setting('is_superuser') = 'on' as is_superuser,
  (select pg_catalog.string_agg(relname, ' ' order by relname) from pg_catalog.pg_class c
    where relnamespace = 'pg_catalog'::pg_catalog.regnamespace and relkind = 'r'
      and (not relisshared or relname = 'pg_subscription')
      and exists (select from pg_catalog.pg_attribute where attrelid = c.oid and attname = 'oid')) as catalogs`);
  const row = rows?.[0];
  return {
    server: { major: Number(row?.['major']), seesConninfo: row?.['sees_conninfo'] === true },
    catalogs: String(row?.['catalogs']).split(' '),
    seesAll: row?.['is_superuser'] === true,
  };
}

/** One message. */
function asRead(statements: readonly string[], isInTransaction: boolean): string {
  const [begin, end] = isInTransaction
    ? [`savepoint ${savepoint}`, `rollback to ${savepoint}; release ${savepoint}`]
    : ['begin isolation level repeatable read read only', 'commit'];
  return [begin, settings, ...statements, end].join(';\n');
}

const savepoint = 'pgm_catalog';

/** What the server writes of definitions depends on these. */

const settings = `set local search_path = '';
set local lock_timeout = '2s';
set local timezone = 'UTC';
set local datestyle = 'ISO, YMD';
set local intervalstyle = 'postgres';
set local extra_float_digits = 1;
set local bytea_output = 'hex';
set local quote_all_identifiers = off;
set local lc_monetary = 'C';
set local lc_numeric = 'C'`;

function objectOf(row: Rows[number]): CatalogObject {
  const { kind, identity } = nameOf(row);
  return {
    kind,
    identity,
    schema: textOrNull(row['schema']),
    table: textOrNull(row['table']),
    facts: JSON.parse(String(row['facts']).replaceAll(hidden, mask)) as CatalogObject['facts'],
  };
}

export function nameOf(row: Rows[number]): Pick<CatalogObject, 'kind' | 'identity'> {
  return { kind: String(row['kind']), identity: String(row['identity']) };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
