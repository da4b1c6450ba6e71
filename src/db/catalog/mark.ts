import type { Rows } from '../wire/driver.js';

/**
 * A statement with one row. `mark` is a digest of which transaction wrote each row of the catalogs, and the row's position.
 * Whatever SQL changes or drops changes it; what the server records about a table by itself (VACUUM, ANALYZE) does not, nor do
 * the temporary tables of sessions. It is the same on a standby. A change of it proves little: rows may be written and stay the
 * same. `used` is for `emptyIn`.
 */
export function markQuestion(major: number): string {
  const rows = partsFor(major).map(
    ([catalog, where, of = 'xmin, ctid'], nth) =>
      `select ${nth} as nth, pg_catalog.hash_record_extended(row(${of}), 0) as hash from pg_catalog.${catalog} where ${where}`,
  );
  return `${temporaryTables}
select pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
    pg_catalog.string_agg(nth || ' ' || number || '/' || hashes, ' ' order by nth), 'UTF8')), 'hex') as mark,
  pg_catalog.string_agg(nth::text, ' ') as used
from (select nth, pg_catalog.count(*) as number, pg_catalog.sum(hash) as hashes
  from (${rows.join('\n  union all ')}) as each group by nth) as parts`;
}

/** The catalogs that have no objects of users, by the answer to `markQuestion`. */
export function emptyIn(row: Rows[number] | undefined, major: number): ReadonlySet<string> {
  const used = new Set(String(row?.['used']).split(' ').map(Number));
  const names = partsFor(major).map(([catalog]) => catalog);
  return new Set(names.filter((_, nth) => !used.has(nth)));
}

type Part = readonly [catalog: string, where: string, of?: string];

/** An expression: the OID of the database of the session. */
export const thisDatabase = `(select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())`;

const isOfUsers = (oid: string): string => `${oid} >= 16384`;

/** Read once: a dozen parts leave them out, and a database may have thousands of relations. */
const temporaryTables = `with temporary as materialized (select oid from pg_catalog.pg_class where relpersistence = 't')`;

const noTemporaryTable = (oid: string): string => `${oid} not in (select oid from temporary)`;

const noTemporarySchema = (oid: string): string =>
  `${oid} not in (select oid from pg_catalog.pg_namespace where nspname ~ '^pg_(toast_)?temp_')`;

const ofTable = (oid: string): string => `${isOfUsers(oid)} and ${noTemporaryTable(oid)}`;

const catalogs: readonly Part[] = [
  ['pg_class', `${isOfUsers('oid')} and relpersistence <> 't'`],
  ['pg_attribute', `attnum > 0 and ${ofTable('attrelid')}`],
  ['pg_attrdef', ofTable('adrelid')],
  ['pg_index', ofTable('indrelid')],
  ['pg_sequence', ofTable('seqrelid')],
  ['pg_inherits', ofTable('inhrelid')],
  ['pg_partitioned_table', ofTable('partrelid')],
  ['pg_foreign_table', ofTable('ftrelid')],
  ['pg_trigger', ofTable('tgrelid')],
  ['pg_rewrite', ofTable('ev_class')],
  ['pg_policy', ofTable('polrelid')],
  ['pg_statistic_ext', 'true'],
  ['pg_type', `${isOfUsers('oid')} and ${noTemporarySchema('typnamespace')}`],
  ['pg_constraint', `${isOfUsers('oid')} and ${noTemporarySchema('connamespace')}`],
  ['pg_namespace', `nspname !~ '^pg_(toast_)?temp_'`],
  ['pg_depend', isTold()],
  ['pg_db_role_setting', `setdatabase = ${thisDatabase}`],
  [
    'pg_description',
    `${isOfUsers('objoid')} or classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass`,
  ],
  ...[
    'pg_aggregate:aggfnoid',
    'pg_range:rngtypid',
    'pg_enum:enumtypid',
    'pg_ts_config_map:mapcfg',
  ].map(byOid),
  ...['pg_proc', 'pg_operator', 'pg_opclass', 'pg_opfamily', 'pg_amop', 'pg_amproc', 'pg_am'].map(
    byOid,
  ),
  ...['pg_cast', 'pg_collation', 'pg_conversion', 'pg_language', 'pg_transform'].map(byOid),
  ...['pg_ts_config', 'pg_ts_dict', 'pg_ts_parser', 'pg_ts_template'].map(byOid),
  ...whole('pg_extension', 'pg_event_trigger', 'pg_foreign_data_wrapper', 'pg_foreign_server'),
  ...whole('pg_default_acl', 'pg_publication', 'pg_publication_rel'),
  ...whole('pg_seclabel', 'pg_largeobject_metadata', 'pg_tablespace'),
];

const since15: readonly Part[] = whole('pg_publication_namespace');

/** Catalogs with columns that not every role may see; and roles, whose names are in the facts of others. */
const byContent: readonly Part[] = [
  ['pg_roles', 'true', 'oid, rolname'],
  ['pg_user_mappings', 'true', 'umid, srvid, umuser, umoptions'],
  ['pg_subscription', 'true', 'oid, subname, subowner, subenabled, subslotname, subpublications'],
];

function partsFor(major: number): readonly Part[] {
  return [...catalogs, ...(major < 15 ? [] : since15), ...byContent];
}

/** The dependencies that are facts: the owner of a sequence, and the members of an extension. */
function isTold(): string {
  const isOwned = `deptype in ('a', 'i') and refobjsubid > 0 and classid = 'pg_catalog.pg_class'::pg_catalog.regclass`;
  return `deptype in ('e', 'x') or ${isOwned} and ${noTemporaryTable('objid')}`;
}

function byOid(name: string): Part {
  const [catalog = name, oid = 'oid'] = name.split(':');
  return [catalog, isOfUsers(oid)];
}

function whole(...names: readonly string[]): readonly Part[] {
  return names.map((name): Part => [name, 'true']);
}
