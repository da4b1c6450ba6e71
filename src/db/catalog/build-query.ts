import { identifier, literal } from '../wire/quote.js';
import {
  type CatalogQuery,
  classOf,
  type Facts,
  firstUserOid,
  privilegeFacts,
  relationName,
  unlessNone,
  role,
} from './catalog-query.js';

/** A statement with one row per object: kind, identity, schema, table, address (as in pg_depend), facts as JSON. */
export function objectsStatement(query: CatalogQuery, histories: readonly string[]): string {
  const { catalog, schema, table = '0', joins = '', where = 'true' } = query;
  const { kind = 'o.type', identity = 'o.identity', tableName = relationName(table) } = query;
  const [of, object, part] = addressOf(query);
  return `select ${kind} as kind, ${identity} as identity, n.nspname as schema,
  case when ${table} <> 0 then ${tableName} end as "table",
  ${of}::pg_catalog.oid || ':' || ${object} || ':' || ${part} as address,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(${pairs(factsOf(query))}))::text as facts
from ${rowsOf(catalog)} it ${joins}
left join pg_catalog.pg_namespace n on n.oid = ${schema}
${`${kind} ${identity}`.includes('o.') ? `cross join lateral pg_catalog.pg_identify_object(${of}, ${object}, ${part}) o` : ''}
where (${where}) and ${isOurs(query)} and ${isCompared('n.nspname', histories)}`;
}

/** A statement with the kind and identity of each row of a user's object that none of the catalog's queries reads. */
export function notComparedStatement(
  catalog: string,
  queries: readonly CatalogQuery[],
  histories: readonly string[],
): string {
  const known = queries.flatMap(({ where = 'true', besides = {} }) => [
    where,
    ...Object.values(besides),
  ]);
  const isKnown = known.map((each) => `(${each})`).join(' or ') || 'false';
  return `select o.type as kind, o.identity
from ${rowsOf(catalog)} it
cross join lateral pg_catalog.pg_identify_object(${classOf(catalog)}, it.oid, 0) o
where it.oid >= ${firstUserOid} and (${isKnown}) is not true and ${isNoMember(classOf(catalog), 'it.oid')}
  and ${isCompared('o.schema', histories)}`;
}

/** The one catalog that only a superuser may read, as it has passwords, has a view that anyone may read. */
function rowsOf(catalog: string): string {
  if (catalog !== 'pg_user_mapping') return `pg_catalog.${identifier(catalog)}`;
  return '(select umid as oid from pg_catalog.pg_user_mappings)';
}

function addressOf(query: CatalogQuery): readonly [of: string, object: string, part: string] {
  const { catalog, of = catalog, object = 'it.oid', part = '0' } = query;
  return [classOf(of), object, part];
}

/** Objects of the server or of an extension are the same everywhere for the same version. */
function isOurs({ catalog, of = catalog, object = 'it.oid', ...query }: CatalogQuery): string {
  const { isOfUsers = `${object} >= ${firstUserOid}`, members = [[of, object]] } = query;
  const isNone = members.map(([where, oid]) => isNoMember(classOf(where), oid)).join(' and ');
  return `${isOfUsers} and ${isNone}`;
}

function isNoMember(catalog: string, object: string): string {
  return `not exists (select from pg_catalog.pg_depend m
    where m.classid = ${catalog} and m.objid = ${object} and m.deptype = 'e')`;
}

/** Temporary objects belong to a session; histories belong to pgm. */
function isCompared(schema: string, histories: readonly string[]): string {
  return `(${schema} is null or ${schema} not in (${histories.map(literal).join(', ')}) and ${schema} !~ '^pg_(toast_)?temp_')`;
}

function factsOf(query: CatalogQuery): Facts {
  const { owner, ownedBy = owner, privileges, facts } = query;
  return {
    ...facts,
    ...(owner === undefined ? {} : { owner: role(owner) }),
    ...(privileges === undefined || ownedBy === undefined
      ? {}
      : privilegeFacts(privileges[0], privileges[1], ownedBy)),
    ...attached(query),
  };
}

/** What can be attached to an object of any kind. */
function attached({ catalog, of = catalog, object = 'it.oid', part = '0' }: CatalogQuery): Facts {
  const isIts = `classoid = ${classOf(of)} and objoid = ${object} and objsubid = ${part}`;
  return {
    comment: `(select description from pg_catalog.pg_description where ${isIts})`,
    'security labels': unlessNone(
      'pg_seclabel',
      `(select pg_catalog.jsonb_agg(provider || ': ' || label order by provider)
      from pg_catalog.pg_seclabel where ${isIts})`,
    ),
    'depends on extensions': unlessNone(
      `pg_depend where deptype = 'x'`,
      `(select pg_catalog.jsonb_agg(extname order by extname)
      from pg_catalog.pg_depend x join pg_catalog.pg_extension on pg_extension.oid = x.refobjid
      where x.classid = ${classOf(of)} and x.objid = ${object} and x.objsubid = ${part}
        and x.refclassid = ${classOf('pg_extension')} and x.deptype = 'x')`,
    ),
  };
}

function pairs(facts: Facts): string {
  return Object.entries(facts)
    .map(([name, expression]) => `${literal(name)}, ${expression}`)
    .join(',\n  ');
}
