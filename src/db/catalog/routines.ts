import {
  type CatalogQuery,
  identityOf,
  identityOrNull,
  madeWithType,
  whenTrue,
} from './catalog-query.js';

/** Functions, procedures, aggregates, languages, event triggers. */
export const routineQueries: readonly CatalogQuery[] = [
  {
    catalog: 'pg_proc',
    where: `it.proacl is not null or not ${madeWithType('pg_proc')}`,
    besides: { 'made with its range type': madeWithType('pg_proc') },
    schema: 'it.pronamespace',
    owner: 'it.proowner',
    privileges: ['it.proacl', `'f'`],
    joins: 'left join pg_catalog.pg_aggregate a on a.aggfnoid = it.oid',
    facts: {
      definition: `case when it.prokind <> 'a' then pg_catalog.pg_get_functiondef(it.oid) end`,
      result: `case it.prokind when 'a' then pg_catalog.pg_get_function_result(it.oid) end`,
      arguments: `case it.prokind when 'a' then pg_catalog.pg_get_function_arguments(it.oid) end`,
      variety: `case a.aggkind when 'n' then 'aggregate' when 'o' then 'ordered-set aggregate' when 'h' then 'hypothetical-set aggregate' end`,
      'direct arguments': 'nullif(a.aggnumdirectargs, 0)',
      transition: identityOrNull('pg_proc', 'a.aggtransfn'),
      final: identityOrNull('pg_proc', 'a.aggfinalfn'),
      combine: identityOrNull('pg_proc', 'a.aggcombinefn'),
      serialize: identityOrNull('pg_proc', 'a.aggserialfn'),
      deserialize: identityOrNull('pg_proc', 'a.aggdeserialfn'),
      'moving transition': identityOrNull('pg_proc', 'a.aggmtransfn'),
      'moving inverse': identityOrNull('pg_proc', 'a.aggminvtransfn'),
      'moving final': identityOrNull('pg_proc', 'a.aggmfinalfn'),
      'extra arguments of final': whenTrue('a.aggfinalextra'),
      'extra arguments of moving final': whenTrue('a.aggmfinalextra'),
      'final modifies': `case when a.aggfinalfn <> 0 then a.aggfinalmodify::text end`,
      'moving final modifies': `case when a.aggmfinalfn <> 0 then a.aggmfinalmodify::text end`,
      'sort operator': identityOrNull('pg_operator', 'a.aggsortop'),
      state: 'pg_catalog.format_type(nullif(a.aggtranstype, 0), null)',
      'state size': 'nullif(a.aggtransspace, 0)',
      'moving state': 'pg_catalog.format_type(nullif(a.aggmtranstype, 0), null)',
      'moving state size': 'nullif(a.aggmtransspace, 0)',
      'initial state': 'a.agginitval',
      'moving initial state': 'a.aggminitval',
      parallel: `case it.prokind when 'a' then case it.proparallel when 's' then 'safe' when 'r' then 'restricted' end end`,
    },
  },
  {
    catalog: 'pg_language',
    schema: '0',
    owner: 'it.lanowner',
    privileges: ['it.lanacl', `'l'`],
    facts: {
      trusted: whenTrue('it.lanpltrusted'),
      handler: identityOrNull('pg_proc', 'it.lanplcallfoid'),
      inline: identityOrNull('pg_proc', 'it.laninline'),
      validator: identityOrNull('pg_proc', 'it.lanvalidator'),
    },
  },
  {
    catalog: 'pg_event_trigger',
    schema: '0',
    owner: 'it.evtowner',
    facts: {
      event: 'it.evtevent',
      tags: 'pg_catalog.to_jsonb(it.evttags)',
      function: identityOrNull('pg_proc', 'it.evtfoid'),
      enabled: `case it.evtenabled when 'D' then 'disabled' when 'R' then 'on replicas only' when 'A' then 'always' end`,
    },
  },
];

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
