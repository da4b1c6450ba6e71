import {
  type CatalogQuery,
  type CatalogServer,
  hidden,
  sorted,
  whenTrue,
} from './catalog-query.js';

/** Publications and subscriptions. */
export function replicationQueries(server: CatalogServer): readonly CatalogQuery[] {
  return [...publications(server), subscriptions(server)];
}

const publications = ({ major }: CatalogServer): readonly CatalogQuery[] => [
  {
    catalog: 'pg_publication',
    schema: '0',
    owner: 'it.pubowner',
    facts: {
      'all tables': whenTrue('it.puballtables'),
      'without insert': whenTrue('not it.pubinsert'),
      'without update': whenTrue('not it.pubupdate'),
      'without delete': whenTrue('not it.pubdelete'),
      'without truncate': whenTrue('not it.pubtruncate'),
      'via the root': whenTrue('it.pubviaroot'),
      ...(major < 18
        ? {}
        : { 'generated columns': `case it.pubgencols when 's' then 'stored' end` }),
    },
  },
  {
    catalog: 'pg_publication_rel',
    schema: '(select relnamespace from pg_catalog.pg_class where oid = it.prrelid)',
    table: 'it.prrelid',
    facts:
      major < 15
        ? {}
        : {
            columns: `(select pg_catalog.jsonb_agg(attname order by attnum) from pg_catalog.pg_attribute
              where attrelid = it.prrelid and attnum = any (it.prattrs))`,
            where: 'pg_catalog.pg_get_expr(it.prqual, it.prrelid)',
          },
  },
  ...(major < 15
    ? []
    : [
        {
          catalog: 'pg_publication_namespace',
          schema: 'it.pnnspid',
          facts: {},
        } satisfies CatalogQuery,
      ]),
];

/** The catalog is shared by the whole cluster, and has the database of each subscription. */
const subscriptions = ({ major, seesConninfo }: CatalogServer): CatalogQuery => ({
  catalog: 'pg_subscription',
  where: `it.subdbid = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())`,
  besides: { 'in another database': 'true' },
  schema: '0',
  owner: 'it.subowner',
  facts: {
    disabled: whenTrue('not it.subenabled'),
    ...(seesConninfo ? { connection: conninfo } : {}),
    slot: 'it.subslotname',
    'synchronous commit': `nullif(it.subsynccommit, 'off')`,
    publications: sorted('it.subpublications'),
    binary: whenTrue('it.subbinary'),
    streaming: `case it.substream::text when 'true' then 'on' when 't' then 'on' when 'p' then 'parallel' else 'off' end`,
    ...(major < 15
      ? {}
      : {
          'two phase': whenTrue(`it.subtwophasestate <> 'd'`),
          'disabled by errors': whenTrue('it.subdisableonerr'),
        }),
    ...(major < 16
      ? {}
      : {
          origin: `nullif(it.suborigin, 'any')`,
          'password not required': whenTrue('not it.subpasswordrequired'),
          'run as its owner': whenTrue('it.subrunasowner'),
        }),
    ...(major < 17 ? {} : { failover: whenTrue('it.subfailover') }),
  },
});

/** Parts of the names of libpq's parameters that are secrets, not names of files; a name may be percent-encoded in a URL. */
const secret = 'pass|secret|token|_key';

/** In either form that libpq accepts. */
const conninfo = `case when it.subconninfo ~ '^postgres(ql)?://'
  then pg_catalog.regexp_replace(pg_catalog.regexp_replace(it.subconninfo,
    '([?&][^=&]*(${secret}|%)[^=&]*=)[^&]*', '\\1${hidden}', 'gi'), '(://[^:@/]*):[^@]*@', '\\1:${hidden}@')
  else pg_catalog.regexp_replace(it.subconninfo,
    '(\\w*(${secret})\\w*\\s*=\\s*)(''([^''\\\\]|\\\\.)*''|([^\\s\\\\]|\\\\.)+)', '\\1${hidden}', 'gi') end`;
