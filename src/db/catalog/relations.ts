import {
  type CatalogQuery,
  type CatalogServer,
  classOf,
  commentOnNotNull,
  identityOf,
  identityOrNull,
  relationKind,
  unlessNone,
  sorted,
  whenTrue,
  withoutSecrets,
} from './catalog-query.js';

/**
 * In a stored query: RTE_NAMEDTUPLESTORE. PostgreSQL 14 to 16 create materialized views from it, but cannot write them out.
 */
const rowsOfTrigger = ':rtekind 7 ';

/** Tables, views, materialized views, sequences, foreign tables, indexes, and the columns of all of them. */
export function relationQueries(server: CatalogServer): readonly CatalogQuery[] {
  return [relations, indexes, columns(server), columnDefaults];
}

const persistence = `case it.relpersistence when 'u' then 'unlogged' end`;

const tablespace = `(select spcname from pg_catalog.pg_tablespace where oid = it.reltablespace)`;

/** The tables it inherits from, or the partitioned one it is part of. */
const parents = unlessNone(
  'pg_inherits',
  `(select pg_catalog.jsonb_agg(${identityOf('pg_class', 'inhparent')} order by inhseqno)
  from pg_catalog.pg_inherits where inhrelid = it.oid)`,
);

/** The column that the sequence belongs to: an identity column, or by OWNED BY. */
const ownedBy = `(select ${identityOf('pg_class', 'refobjid', 'refobjsubid')} from pg_catalog.pg_depend
  where it.relkind = 'S' and classid = ${classOf('pg_class')} and objid = it.oid
    and refclassid = classid and refobjsubid > 0 and deptype in ('a', 'i') limit 1)`;

const relations: CatalogQuery = {
  catalog: 'pg_class',
  where: `it.relkind in ('r', 'p', 'v', 'm', 'S', 'f')`,
  besides: {
    'a composite type, whose facts are those of its type': `it.relkind = 'c'`,
    'what a table stores long values in': `it.relkind = 't'`,
  },
  schema: 'it.relnamespace',
  kind: relationKind('it.relkind'),
  identity: `pg_catalog.format('%I.%I', n.nspname, it.relname)`,
  joins: `left join pg_catalog.pg_sequence q on q.seqrelid = it.oid
  left join pg_catalog.pg_foreign_table f on f.ftrelid = it.oid
  left join pg_catalog.pg_class toast on toast.oid = it.reltoastrelid`,
  owner: 'it.relowner',
  privileges: ['it.relacl', `case it.relkind when 'S' then 's'::"char" else 'r' end`],
  facts: {
    persistence,
    tablespace,
    'access method': `(select amname from pg_catalog.pg_am where oid = it.relam and amname <> 'heap')`,
    options: sorted('it.reloptions'),
    'toast options': sorted('toast.reloptions'),
    'replica identity': `case when it.relkind not in ('r', 'p', 'm') then null
      else case it.relreplident when 'n' then 'nothing' when 'f' then 'full'
        when 'i' then 'index ' || coalesce((select ${identityOf('pg_class', 'indexrelid')} from pg_catalog.pg_index
          where indrelid = it.oid and indisreplident), 'dropped') end end`,
    'row security': whenTrue('it.relrowsecurity'),
    'row security for the owner': whenTrue('it.relforcerowsecurity'),
    'partition key': `case it.relkind when 'p' then pg_catalog.pg_get_partkeydef(it.oid) end`,
    partition: 'pg_catalog.pg_get_expr(it.relpartbound, it.oid)',
    parents,
    'of type': identityOrNull('pg_type', 'it.reloftype'),
    definition: `case it.relkind when 'v' then pg_catalog.pg_get_viewdef(it.oid) when 'm' then (select
      case when ev_action::text like '%${rowsOfTrigger}%' then 'a query of rows that only a trigger had'
        else pg_catalog.pg_get_viewdef(it.oid) end
      from pg_catalog.pg_rewrite where ev_class = it.oid and rulename = '_RETURN') end`,
    'not populated': `case it.relkind when 'm' then ${whenTrue('not it.relispopulated')} end`,
    type: 'pg_catalog.format_type(q.seqtypid, null)',
    start: 'q.seqstart::text',
    increment: 'q.seqincrement::text',
    minimum: 'q.seqmin::text',
    maximum: 'q.seqmax::text',
    cache: 'q.seqcache::text',
    cycle: whenTrue('q.seqcycle'),
    'owned by': ownedBy,
    server: `(select srvname from pg_catalog.pg_foreign_server where oid = f.ftserver)`,
    'foreign options': withoutSecrets('f.ftoptions'),
  },
};

const isToastIndex = `exists (select from pg_catalog.pg_index i join pg_catalog.pg_class t on t.oid = i.indrelid
  where i.indexrelid = it.oid and t.relkind = 't')`;

/** Statistics targets and options of the columns of an index, which SET STATISTICS gives to those that are expressions. */
const indexColumns = `(select pg_catalog.jsonb_agg(attnum || ': ' || attstattarget order by attnum)
  from pg_catalog.pg_attribute where attrelid = it.oid and attstattarget >= 0)`;

/** Such an index is part of the definition of its table; anyone may create others on a table of an extension. */
const isOfConstraint = `exists (select from pg_catalog.pg_constraint where conindid = it.oid and conrelid = x.indrelid)`;

const indexes: CatalogQuery = {
  catalog: 'pg_class',
  where: `it.relkind in ('i', 'I') and not ${isToastIndex}`,
  besides: { 'the index of what a table stores long values in': isToastIndex },
  schema: 'it.relnamespace',
  kind: `'index'`,
  identity: `pg_catalog.format('%I.%I', n.nspname, it.relname)`,
  table: 'x.indrelid',
  members: [['pg_class', `case when ${isOfConstraint} then x.indrelid end`]],
  joins: 'join pg_catalog.pg_index x on x.indexrelid = it.oid',
  facts: {
    definition: 'pg_catalog.pg_get_indexdef(it.oid)',
    tablespace,
    invalid: whenTrue('not x.indisvalid'),
    'not ready': whenTrue('not (x.indisready and x.indislive)'),
    'clustered by': whenTrue('x.indisclustered'),
    parents,
    statistics: indexColumns,
  },
};

const typeOf = (column: string): string => `typ.${column}`;

/** Among existing columns: the conditions leave out whole relations only. */
const position = 'pg_catalog.row_number() over (partition by it.attrelid order by it.attnum)';

/** Facts of a column of a table; one of a view has only a type, a default and privileges. */
const columns = ({ major }: CatalogServer): CatalogQuery => ({
  catalog: 'pg_attribute',
  of: 'pg_class',
  object: 'it.attrelid',
  part: 'it.attnum',
  where: `it.attnum > 0 and not it.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f', 'c')`,
  schema: 'c.relnamespace',
  kind: `${relationKind('c.relkind')} || ' column'`,
  identity: `pg_catalog.format('%I.%I.%I', n.nspname, c.relname, it.attname)`,
  table: 'it.attrelid',
  tableName: `pg_catalog.format('%I.%I', n.nspname, c.relname)`,
  members: [
    ['pg_class', 'it.attrelid'],
    ['pg_type', `case c.relkind when 'c' then c.reltype end`],
  ],
  joins: `join pg_catalog.pg_class c on c.oid = it.attrelid
  left join pg_catalog.pg_type typ on typ.oid = it.atttypid
  left join pg_catalog.pg_attrdef d on d.adrelid = it.attrelid and d.adnum = it.attnum`,
  privileges: ['it.attacl', `'c'`],
  ownedBy: 'c.relowner',
  facts: {
    position,
    type: 'pg_catalog.format_type(it.atttypid, it.atttypmod)',
    collation: `case when it.attcollation <> ${typeOf('typcollation')} then ${identityOf('pg_collation', 'it.attcollation')} end`,
    'not null': whenTrue('it.attnotnull'),
    ...(major < 18 ? {} : { 'not null by': notNull, 'not null comment': notNullComment }),
    default: `case it.attgenerated when '' then pg_catalog.pg_get_expr(d.adbin, d.adrelid) end`,
    generated: `case it.attgenerated when '' then null
      else pg_catalog.pg_get_expr(d.adbin, d.adrelid) || case it.attgenerated when 's' then ' stored' else ' virtual' end end`,
    identity: `case it.attidentity when 'a' then 'always' when 'd' then 'by default' end`,
    statistics: 'case when it.attstattarget >= 0 then it.attstattarget end',
    storage: `case when c.relkind in ('r', 'p', 'm') and it.attstorage <> ${typeOf('typstorage')} then
      case it.attstorage when 'p' then 'plain' when 'e' then 'external' when 'x' then 'extended' when 'm' then 'main' end end`,
    compression: `case it.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end`,
    options: sorted('it.attoptions'),
    'foreign options': withoutSecrets('it.attfdwoptions'),
    inherited: whenTrue('it.attinhcount > 0'),
    'of its own too': `case when it.attinhcount > 0 then ${whenTrue('it.attislocal')} end`,
  },
});

/**
 * From PostgreSQL 18 on NOT NULL is a constraint with a name. One with the name that the server would choose, valid and
 * inherited by all, adds nothing to the column's fact.
 */
const notNull = `case when it.attnotnull then (select nullif(pg_catalog.concat_ws(', ',
    case when n.conislocal and n.conname <> pg_catalog.left(c.relname || '_' || it.attname || '_not_null', 63) then n.conname end,
    case when not n.convalidated then 'not valid' end,
    case when n.connoinherit then 'no inherit' end), '')
  from pg_catalog.pg_constraint n where n.conrelid = it.attrelid and n.contype = 'n' and n.conkey = array[it.attnum]) end`;

const notNullComment = `case when it.attnotnull then ${commentOnNotNull('n.conrelid = it.attrelid and n.conkey = array[it.attnum]')} end`;

const columnDefaults: CatalogQuery = {
  catalog: 'pg_attrdef',
  where: 'false',
  besides: { 'a fact of its column': 'true' },
  schema: '0',
  facts: {},
};
