import {
  type CatalogQuery,
  type CatalogServer,
  commentOnNotNull,
  type Facts,
  identityOf,
  identityOrNull,
  madeWithType,
  whenTrue,
} from './catalog-query.js';

/** Types: composite, enum, domain, range, base; and casts and transforms. */
export function typeQueries(server: CatalogServer): readonly CatalogQuery[] {
  return [types(server), enumLabels, casts, transforms];
}

/** A function of a type; 0 if it has none. */
const called = (column: string): string => identityOrNull('pg_proc', column);

const ofBase = (expression: string): string => `case it.typtype when 'b' then ${expression} end`;

/** Facts that only a base type has. */
const ofBaseTypes: Facts = {
  input: ofBase(called('it.typinput')),
  output: ofBase(called('it.typoutput')),
  receive: ofBase(called('it.typreceive')),
  send: ofBase(called('it.typsend')),
  'modifier in': ofBase(called('it.typmodin')),
  'modifier out': ofBase(called('it.typmodout')),
  analyze: ofBase(called('it.typanalyze')),
  subscript: ofBase(called('it.typsubscript')),
  element: ofBase(`case when it.typelem <> 0 then pg_catalog.format_type(it.typelem, null) end`),
  length: ofBase('it.typlen'),
  'by value': ofBase(whenTrue('it.typbyval')),
  alignment: ofBase('it.typalign::text'),
  storage: ofBase('it.typstorage::text'),
  category: ofBase('it.typcategory::text'),
  preferred: whenTrue('it.typispreferred'),
  delimiter: ofBase(`nullif(it.typdelim::text, ',')`),
};

const types = ({ major }: CatalogServer): CatalogQuery => ({
  catalog: 'pg_type',
  where: `it.typtype in ('b', 'c', 'd', 'e', 'p', 'r') and not (${isArray}) and not (${isRow})`,
  besides: {
    'the array of a type': isArray,
    'the row of a table': isRow,
    'the multirange of a range': `it.typtype = 'm'`,
  },
  schema: 'it.typnamespace',
  joins: 'left join pg_catalog.pg_range r on r.rngtypid = it.oid',
  owner: 'it.typowner',
  privileges: ['it.typacl', `'T'`],
  facts: {
    variety: `case it.typtype when 'b' then 'base' when 'c' then 'composite' when 'd' then 'domain' when 'e' then 'enum'
      when 'r' then 'range' else 'shell' end`,
    labels: `(select pg_catalog.jsonb_agg(enumlabel order by enumsortorder) from pg_catalog.pg_enum where enumtypid = it.oid)`,
    'base type': `case it.typtype when 'd' then pg_catalog.format_type(it.typbasetype, it.typtypmod) end`,
    'not null': whenTrue('it.typnotnull'),
    ...(major < 17 ? {} : { 'not null by': notNull, 'not null comment': notNullComment }),
    default: `case it.typtype when 'd' then pg_catalog.pg_get_expr(it.typdefaultbin, 0) else it.typdefault end`,
    collation: `case when it.typcollation <> 0 and it.typcollation is distinct from
        case it.typtype when 'd' then (select typcollation from pg_catalog.pg_type where oid = it.typbasetype) end
      then ${identityOf('pg_collation', 'it.typcollation')} end`,
    subtype: 'pg_catalog.format_type(r.rngsubtype, null)',
    'subtype operators': identityOrNull('pg_opclass', 'r.rngsubopc'),
    'subtype collation': identityOrNull('pg_collation', 'r.rngcollation'),
    canonical: called('r.rngcanonical'),
    difference: called('r.rngsubdiff'),
    multirange: 'pg_catalog.format_type(r.rngmultitypid, null)',
    ...ofBaseTypes,
  },
});

/** There is no index on `typarray`. */
const isArray =
  'it.typelem <> 0 and exists (select from pg_catalog.pg_type e where e.oid = it.typelem and e.typarray = it.oid)';

const isRow = `it.typtype = 'c' and it.typrelid not in (select oid from pg_catalog.pg_class where relkind = 'c')`;

/** As for a column. */
const notNull = `(select nullif(pg_catalog.concat_ws(', ',
    case when n.conname <> pg_catalog.left(it.typname || '_not_null', 63) then n.conname end,
    case when not n.convalidated then 'not valid' end), '')
  from pg_catalog.pg_constraint n where n.contypid = it.oid and n.contype = 'n')`;

const notNullComment = commentOnNotNull('n.contypid = it.oid');

const enumLabels: CatalogQuery = {
  catalog: 'pg_enum',
  where: 'false',
  besides: { 'a fact of its type': 'true' },
  schema: '0',
  facts: {},
};

const casts: CatalogQuery = {
  catalog: 'pg_cast',
  where: `not ${madeWithType('pg_cast')}`,
  besides: { 'made with its range type': madeWithType('pg_cast') },
  schema: '0',
  facts: {
    context: `case it.castcontext when 'e' then 'explicit' when 'a' then 'assignment' else 'implicit' end`,
    method: `case it.castmethod when 'f' then 'function' when 'i' then 'inout' else 'binary' end`,
    function: identityOrNull('pg_proc', 'it.castfunc'),
  },
};

const transforms: CatalogQuery = {
  catalog: 'pg_transform',
  schema: '0',
  // Before 16 the server writes `on language`.
  identity: `pg_catalog.replace(o.identity, ' on language ', ' language ')`,
  facts: {
    'from SQL': identityOrNull('pg_proc', 'it.trffromsql'),
    'to SQL': identityOrNull('pg_proc', 'it.trftosql'),
  },
};
