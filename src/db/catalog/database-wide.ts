import {
  type CatalogQuery,
  type CatalogServer,
  firstUserOid,
  hidden,
  identityOrNull,
  role,
  whenTrue,
  withoutSecrets,
} from './catalog-query.js';

/** Schemas, extensions, collations, default privileges, settings, large objects, foreign servers. */
export function databaseWideQueries(server: CatalogServer): readonly CatalogQuery[] {
  return [
    schemas,
    extensions,
    collations(server),
    defaultPrivileges,
    settings,
    largeObjects,
    ...foreign,
  ];
}

const schemas: CatalogQuery = {
  catalog: 'pg_namespace',
  where: `it.nspname !~ '^pg_' and (it.oid >= ${firstUserOid} or it.nspname = 'public')`,
  besides: { 'where sessions keep what is temporary': `it.nspname ~ '^pg_'` },
  isOfUsers: 'true',
  schema: 'it.oid',
  owner: 'it.nspowner',
  privileges: ['it.nspacl', `'n'`],
  facts: {},
};

const extensions: CatalogQuery = {
  catalog: 'pg_extension',
  isOfUsers: 'true',
  schema: '0',
  owner: 'it.extowner',
  facts: {
    version: 'it.extversion',
    schema: '(select nspname from pg_catalog.pg_namespace where oid = it.extnamespace)',
  },
};

/** The column with the locale's name was moved and split in 15 and 17. */
const collations = ({ major }: CatalogServer): CatalogQuery => ({
  catalog: 'pg_collation',
  schema: 'it.collnamespace',
  owner: 'it.collowner',
  facts: {
    provider: `case it.collprovider when 'c' then 'libc' when 'i' then 'icu' when 'b' then 'builtin' when 'd' then 'default' end`,
    collate: 'it.collcollate',
    ctype: 'it.collctype',
    ...(major < 15 ? {} : { locale: `it.${major < 17 ? 'colliculocale' : 'colllocale'}` }),
    ...(major < 16 ? {} : { rules: 'it.collicurules' }),
    'not deterministic': whenTrue('not it.collisdeterministic'),
    // The database's own encoding means the same as none, which a copy of a server's collation has.
    encoding: `case when it.collencoding not in (-1, pg_catalog.pg_char_to_encoding(pg_catalog.getdatabaseencoding()))
      then pg_catalog.pg_encoding_to_char(it.collencoding) end`,
  },
});

/** Privileges that later objects get. Those for one schema add to the defaults, others replace them. */
const defaultPrivileges: CatalogQuery = {
  catalog: 'pg_default_acl',
  schema: 'it.defaclnamespace',
  facts: {
    privileges: `(select pg_catalog.jsonb_agg(line order by line collate "C") from (
      select pg_catalog.string_agg(privilege_type || case when is_grantable then ' with grant option' else '' end,
        ', ' order by privilege_type collate "C") || ' to ' || case grantee when 0 then 'PUBLIC' else ${role('grantee')} end as line
      from pg_catalog.aclexplode(it.defaclacl) group by grantee) lines)`,
  },
};

/**
 * What ALTER DATABASE … SET and ALTER ROLE … IN DATABASE … SET left for this database. A setting that an application
 * declares may be a secret.
 */
const settings: CatalogQuery = {
  catalog: 'pg_db_role_setting',
  where: `it.setdatabase = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())`,
  object: 'it.setrole',
  isOfUsers: 'true',
  of: 'pg_authid',
  schema: '0',
  kind: `'setting'`,
  identity: `case it.setrole when 0 then 'of the database' else 'of ' || pg_catalog.quote_ident(${role('it.setrole')}) || ' in the database' end`,
  facts: {
    values: `(select pg_catalog.jsonb_agg(case when s ~* '^[^=]*(secret|pass|token|credential|key)[^=]*=' then
        pg_catalog.regexp_replace(s, '=.*', '=${hidden}') else s end order by s collate "C") from pg_catalog.unnest(it.setconfig) s)`,
  },
};

const largeObjects: CatalogQuery = {
  catalog: 'pg_largeobject_metadata',
  of: 'pg_largeobject',
  isOfUsers: 'true',
  schema: '0',
  owner: 'it.lomowner',
  privileges: ['it.lomacl', `'L'`],
  facts: {},
};

const foreign: readonly CatalogQuery[] = [
  {
    catalog: 'pg_foreign_data_wrapper',
    schema: '0',
    owner: 'it.fdwowner',
    privileges: ['it.fdwacl', `'F'`],
    facts: {
      handler: identityOrNull('pg_proc', 'it.fdwhandler'),
      validator: identityOrNull('pg_proc', 'it.fdwvalidator'),
      options: withoutSecrets('it.fdwoptions'),
    },
  },
  {
    catalog: 'pg_foreign_server',
    schema: '0',
    owner: 'it.srvowner',
    privileges: ['it.srvacl', `'S'`],
    facts: {
      wrapper: '(select fdwname from pg_catalog.pg_foreign_data_wrapper where oid = it.srvfdw)',
      type: 'it.srvtype',
      version: 'it.srvversion',
      options: withoutSecrets('it.srvoptions'),
    },
  },
  {
    catalog: 'pg_user_mapping',
    schema: '0',
    facts: {
      options: `(select ${withoutSecrets('v.umoptions')} from pg_catalog.pg_user_mappings v where v.umid = it.oid)`,
    },
  },
];
