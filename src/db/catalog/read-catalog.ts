import { type Catalog, type CatalogObject, catalogOf } from '../../core/catalog/catalog.js';
import { historyTables } from '../../core/run/history.js';
import { mask } from '../../core/text/position.js';
import type { Client } from '../wire/client.js';
import type { Rows } from '../wire/driver.js';
import { literal } from '../wire/quote.js';
import { assertText, textOrNull } from './assert-text.js';
import { digestFor, statementsFor } from './catalog-statements.js';
import { hidden } from './catalog-query.js';
import { emptyIn, markQuestion } from './mark.js';

/**
 * Every object of the database that is not the server's, an extension's or pgm's own, as this role may see it. Costs two
 * round trips. `isInTransaction`: as the open transaction sees it, whose settings stay as they are. Throws the server's
 * error.
 */
export async function readCatalog(
  client: Client,
  historySchema: string,
  isInTransaction = false,
): Promise<Catalog> {
  const [rows] = await readRows(client, historySchema, isInTransaction);
  return catalogIn(client, rows);
}

/** The rows of the catalog, and of more statements in the same snapshot. */
export async function readRows(
  client: Client,
  historySchema: string,
  isInTransaction: boolean,
  more: readonly string[] = [],
): Promise<readonly [catalog: Rows, ...more: readonly Rows[]]> {
  const [begin, end] = isInTransaction
    ? [`savepoint ${savepoint}`, `rollback to ${savepoint}; release ${savepoint}`]
    : [beginReading, 'commit'];
  const asked = await client.run(inOne(begin, readSettings, ...readingQuestions(client)));
  const { statements } = readingBy(client, historySchema, asked.flat());
  const answers = await client.run(inOne(...statements, ...more, end));
  return [answers.slice(0, statements.length).flat(), ...answers.slice(statements.length)];
}

export const beginReading = 'begin isolation level repeatable read read only';

/** Statements in one message. */
export function inOne(...statements: readonly string[]): string {
  return statements.join(';\n');
}

/** How the catalog of a server is read. */
export interface CatalogReading {
  /** Each gives one set of rows. */
  readonly statements: readonly string[];
  /** SHA-256 of all of them, for a role that may see everything, in a database without another history. */
  readonly digest: string;
  readonly seesAll: boolean;
  /** See `markQuestion`. */
  readonly mark: string;
  /** Catalogs that have no objects of users. */
  readonly empty: ReadonlySet<string>;
}

/** The reading that the answers to `readingQuestions` call for; it is among `rows`. */
export function readingBy(client: Client, historySchema: string, rows: Rows): CatalogReading {
  const answer = rows.find((row) => 'catalogs' in row);
  const major = majorOf(client);
  const catalogs = String(answer?.['catalogs']).split(' ');
  const marked = rows.find((row) => 'mark' in row);
  const empty = emptyIn(marked, major);
  const histories = historiesIn(answer, historySchema);
  const seesConninfo = answer?.['sees_conninfo'] === true;
  return {
    statements: statementsFor({ major, seesConninfo }, histories, { catalogs, empty }),
    digest: digestFor(major, historySchema, catalogs),
    mark: String(marked?.['mark']),
    seesAll: answer?.['is_superuser'] === true,
    empty,
  };
}

function majorOf({ facts }: Client): number {
  return Number.parseInt(facts.version, 10);
}

/** `ignored`: see `assertText`. */
export function catalogIn(client: Client, rows: Rows, ignored: readonly string[] = []): Catalog {
  assertText(client, rows, ignored);
  return catalogOf(
    rows.filter(isObject).map(objectOf),
    rows.filter((row) => !isObject(row)).map(nameIn),
  );
}

/** False for rows of things that are not compared. */
export function isObject(row: Rows[number]): boolean {
  return 'facts' in row;
}

/**
 * Statements with one row each: the catalogs of this server whose rows are objects, including those that a newer server has
 * added, and what this role may see; and the mark, which tells those without user objects: no query has to be planned for
 * them.
 */
export function readingQuestions(client: Client): readonly string[] {
  return [serverQuestion, markQuestion(majorOf(client))];
}

/**
 * An expression: the schemas of all histories of pgm in this database, as JSON. Several applications may each keep one. A
 * schema with another table or view is not one of them: what is in it would not be compared.
 */
const historiesThere = `(select coalesce(pg_catalog.jsonb_agg(nspname order by nspname), '[]') from pg_catalog.pg_namespace n
  where oid in (select relnamespace from pg_catalog.pg_class c where relname in ('migrations', 'attempts') and relkind = 'r'
      and exists (select from pg_catalog.pg_attribute where attrelid = c.oid and attname = 'pgm_version')
    group by relnamespace having pg_catalog.count(*) = 2)
  and not exists (select from pg_catalog.pg_class where relnamespace = n.oid and relkind in ('r', 'p', 'v', 'm', 'f')
    and relname not in (${historyTables.map(literal).join(', ')})))`;

const serverQuestion = `
select pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'select') as sees_conninfo,
  pg_catalog.current_setting('is_superuser') = 'on' as is_superuser,
  ${historiesThere} as histories,
  (select pg_catalog.string_agg(relname, ' ' order by relname) from pg_catalog.pg_class c
    where relnamespace = 'pg_catalog'::pg_catalog.regnamespace and relkind = 'r'
      and (not relisshared or relname = 'pg_subscription')
      and exists (select from pg_catalog.pg_attribute where attrelid = c.oid and attname = 'oid')) as catalogs`;

/** The schemas in an answer with `histories`, and that of the own history, which may not exist yet. */
function historiesIn(row: Rows[number] | undefined, own: string): readonly string[] {
  const there = row?.['histories'];
  return [own, ...(Array.isArray(there) ? there.map(String) : [])];
}

const savepoint = 'pgm_catalog';

/** How the server writes definitions depends on these. Bytes that are no text do not keep the rest from being read. */
export const readSettings = `set local search_path = '';
set local lock_timeout = '2s';
set local jit = off;
set local timezone = 'UTC';
set local datestyle = 'ISO, YMD';
set local intervalstyle = 'postgres';
set local extra_float_digits = 1;
set local bytea_output = 'hex';
set local quote_all_identifiers = off;
set local lc_monetary = 'C';
set local lc_numeric = 'C';
select pg_catalog.set_config('client_encoding', 'SQL_ASCII', true)
where pg_catalog.current_setting('server_encoding') = 'SQL_ASCII'`;

function objectOf(row: Rows[number]): CatalogObject {
  const { kind, identity } = nameIn(row);
  return {
    kind,
    identity,
    schema: textOrNull(row['schema']),
    table: textOrNull(row['table']),
    facts: JSON.parse(String(row['facts']).replaceAll(hidden, mask)) as CatalogObject['facts'],
  };
}

export function nameIn(row: Rows[number]): Pick<CatalogObject, 'kind' | 'identity'> {
  return { kind: String(row['kind']), identity: String(row['identity']) };
}
