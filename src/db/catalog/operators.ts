import { type CatalogQuery, identityOf, identityOrNull, whenTrue } from './catalog-query.js';

/** Operators with their classes and families, access methods, collations, conversions, text search. */
export const operatorQueries: readonly CatalogQuery[] = [
  {
    catalog: 'pg_operator',
    schema: 'it.oprnamespace',
    owner: 'it.oprowner',
    facts: {
      result: `pg_catalog.format_type(nullif(it.oprresult, 0), null)`,
      function: identityOrNull('pg_proc', 'it.oprcode'),
      commutator: identityOrNull('pg_operator', 'it.oprcom'),
      negator: identityOrNull('pg_operator', 'it.oprnegate'),
      restrict: identityOrNull('pg_proc', 'it.oprrest'),
      join: identityOrNull('pg_proc', 'it.oprjoin'),
      hashes: whenTrue('it.oprcanhash'),
      merges: whenTrue('it.oprcanmerge'),
    },
  },
  {
    catalog: 'pg_opfamily',
    schema: 'it.opfnamespace',
    owner: 'it.opfowner',
    facts: {},
  },
  {
    catalog: 'pg_opclass',
    schema: 'it.opcnamespace',
    owner: 'it.opcowner',
    facts: {
      family: identityOf('pg_opfamily', 'it.opcfamily'),
      type: 'pg_catalog.format_type(it.opcintype, null)',
      default: whenTrue('it.opcdefault'),
      key: `pg_catalog.format_type(nullif(it.opckeytype, 0), null)`,
    },
  },
  {
    catalog: 'pg_amop',
    members: [['pg_opfamily', 'it.amopfamily']],
    schema: '(select opfnamespace from pg_catalog.pg_opfamily where oid = it.amopfamily)',
    facts: {
      operator: identityOf('pg_operator', 'it.amopopr'),
      'sorted by': identityOrNull('pg_opfamily', 'it.amopsortfamily'),
    },
  },
  {
    catalog: 'pg_amproc',
    members: [['pg_opfamily', 'it.amprocfamily']],
    schema: '(select opfnamespace from pg_catalog.pg_opfamily where oid = it.amprocfamily)',
    facts: { function: identityOf('pg_proc', 'it.amproc') },
  },
  {
    catalog: 'pg_am',
    schema: '0',
    facts: {
      handler: identityOrNull('pg_proc', 'it.amhandler'),
      type: `case it.amtype when 'i' then 'index' else 'table' end`,
    },
  },
  {
    catalog: 'pg_conversion',
    schema: 'it.connamespace',
    owner: 'it.conowner',
    facts: {
      from: 'pg_catalog.pg_encoding_to_char(it.conforencoding)',
      to: 'pg_catalog.pg_encoding_to_char(it.contoencoding)',
      function: identityOf('pg_proc', 'it.conproc'),
      default: whenTrue('it.condefault'),
    },
  },
  {
    catalog: 'pg_ts_parser',
    schema: 'it.prsnamespace',
    facts: {
      start: identityOrNull('pg_proc', 'it.prsstart'),
      token: identityOrNull('pg_proc', 'it.prstoken'),
      end: identityOrNull('pg_proc', 'it.prsend'),
      headline: identityOrNull('pg_proc', 'it.prsheadline'),
      types: identityOrNull('pg_proc', 'it.prslextype'),
    },
  },
  {
    catalog: 'pg_ts_template',
    schema: 'it.tmplnamespace',
    facts: {
      init: identityOrNull('pg_proc', 'it.tmplinit'),
      lexize: identityOrNull('pg_proc', 'it.tmpllexize'),
    },
  },
  {
    catalog: 'pg_ts_dict',
    schema: 'it.dictnamespace',
    owner: 'it.dictowner',
    facts: {
      template: identityOf('pg_ts_template', 'it.dicttemplate'),
      options: 'it.dictinitoption',
    },
  },
  {
    catalog: 'pg_ts_config',
    schema: 'it.cfgnamespace',
    owner: 'it.cfgowner',
    facts: {
      parser: identityOf('pg_ts_parser', 'it.cfgparser'),
      mappings: `(select pg_catalog.jsonb_agg(line order by maptokentype) from (
        select maptokentype, (select alias from pg_catalog.ts_token_type(it.cfgparser) where tokid = maptokentype) || ': ' ||
          pg_catalog.string_agg(${identityOf('pg_ts_dict', 'mapdict')}, ', ' order by mapseqno) as line
        from pg_catalog.pg_ts_config_map where mapcfg = it.oid group by maptokentype) m)`,
    },
  },
];
