import { nameOf } from '../../core/catalog/catalog.js';
import type { LastWriters } from '../../core/proof/database/proof-database.js';
import type { Client } from '../wire/client.js';
import type { Rows } from '../wire/driver.js';
import { isObject, nameIn } from './read-catalog.js';

/**
 * Which transaction last wrote the catalog rows of each object. A row that is part of another object's facts counts for that
 * object; that of a dropped column for its table.
 */
export async function readLastWriters(client: Client): Promise<LastWriters> {
  const [may] = await client.run("select pg_catalog.current_setting('is_superuser') = 'on' as all");
  const [rows] = await client.run(`
select o.type as kind, o.identity, max(w.writer::text::bigint)::float8 as writer from (${writtenFor({ seesAll: may?.[0]?.['all'] === true, empty: new Set() })}) w
cross join lateral pg_catalog.pg_identify_object(w.class, w.object, w.part) o where o.identity is not null group by 1, 2`);
  return new Map((rows ?? []).map((row) => [nameOf(nameIn(row)), Number(row['writer'])]));
}

interface WrittenOptions {
  /** Only a superuser may ask about all. */
  readonly seesAll: boolean;
  /** Catalogs that have no objects of users. */
  readonly empty: ReadonlySet<string>;
}

/**
 * A statement: the same by address, for what was written by this transaction or a later one; the numbers are unique on the
 * server. Naming every object would take as long as reading it.
 */
export function writersSince(transaction: number, options: WrittenOptions): string {
  return `
select class || ':' || object || ':' || part as address, max(writer)::float8 as writer
from (select class, object, part, ${inFull('writer')} as writer from (${writtenFor(options)}) w, ${nextTransaction}) w
where writer >= ${transaction} group by class, object, part`;
}

/** The answer to `writersSince`, by the names of the objects that were read. */
export function writersOf(objects: Rows, written: Rows): LastWriters {
  const writers = new Map(written.map((row) => [row['address'], Number(row['writer'])]));
  return new Map(
    objects.filter(isObject).flatMap((row) => {
      const writer = writers.get(row['address']);
      return writer === undefined ? [] : [[nameOf(nameIn(row)), writer] as const];
    }),
  );
}

function writtenFor({ seesAll, empty }: WrittenOptions): string {
  const catalogs = (seesAll ? [...simple, 'pg_user_mapping'] : simple).filter(
    (each) => !empty.has(each),
  );
  return [...catalogs.map((catalog) => inCatalog(catalog)), ...others].join('\nunion all\n');
}

/** For `inFull`. */
export const nextTransaction =
  '(select pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::bigint as next) as transactions';

/**
 * An expression: a row has the lower half of a transaction's number; the upper half is that of the next number, or one less.
 */
export function inFull(writer: string): string {
  const number = `${writer}::text::bigint`;
  return `(next / 4294967296 * 4294967296 + ${number} - case when ${number} > next % 4294967296 then 4294967296 else 0 end)`;
}

/** Naming an object takes longest: this leaves out columns of indexes, and what tables store long values in. */
const isTable = (relation: string): string =>
  `${relation} in (select oid from pg_catalog.pg_class where relkind not in ('i', 'I', 't'))`;

/** The first OID that is not the server's own. */
const isOfUsers = (oid: string): string => `${oid} >= 16384`;

function inCatalog(catalog: string, object = 'oid', part = '0', of = catalog): string {
  return `select 'pg_catalog.${of}'::pg_catalog.regclass::oid as class, ${object} as object, ${part}::integer as part, xmin as writer
from pg_catalog.${catalog} where ${isOfUsers(object)}`;
}

/** A statement: rows of a NOT NULL, or about it, count for its column or domain. */
function ofNotNull(from: string, writer: string): string {
  const [table, type] = ['pg_class', 'pg_type'].map(
    (catalog) => `'pg_catalog.${catalog}'::pg_catalog.regclass::oid`,
  );
  return `select case when n.conrelid <> 0 then ${table} else ${type} end, case when n.conrelid <> 0 then n.conrelid else n.contypid end,
  coalesce(n.conkey[1], 0)::integer, ${writer} from ${from} where n.contype = 'n' and ${isOfUsers('n.oid')}`;
}

/** Their rows are objects. */
const simple = [
  'pg_namespace',
  'pg_proc',
  'pg_type',
  'pg_constraint',
  'pg_trigger',
  'pg_policy',
  'pg_operator',
  'pg_opclass',
  'pg_opfamily',
  'pg_collation',
  'pg_conversion',
  'pg_cast',
  'pg_language',
  'pg_extension',
  'pg_event_trigger',
  'pg_publication',
  'pg_publication_rel',
  'pg_foreign_server',
  'pg_foreign_data_wrapper',
  'pg_default_acl',
  'pg_statistic_ext',
  'pg_ts_config',
  'pg_ts_dict',
];

const others = [
  inCatalog('pg_class') + ` and relnamespace <> 'pg_toast'::pg_catalog.regnamespace`,
  inCatalog(
    'pg_attribute',
    'attrelid',
    'case when attisdropped then 0 else attnum end',
    'pg_class',
  ) + ` and attnum > 0 and ${isTable('attrelid')}`,
  inCatalog('pg_attrdef', 'adrelid', 'adnum', 'pg_class'),
  inCatalog('pg_index', 'indexrelid', '0', 'pg_class') + ` and ${isTable('indrelid')}`,
  inCatalog('pg_rewrite', 'ev_class', '0', 'pg_class'),
  inCatalog('pg_sequence', 'seqrelid', '0', 'pg_class'),
  inCatalog('pg_inherits', 'inhrelid', '0', 'pg_class'),
  inCatalog('pg_enum', 'enumtypid', '0', 'pg_type'),
  `select classoid, objoid, objsubid, xmin from pg_catalog.pg_description where ${isOfUsers('objoid')}`,
  ofNotNull('pg_catalog.pg_constraint n', 'n.xmin'),
  ofNotNull(
    'pg_catalog.pg_description d join pg_catalog.pg_constraint n on n.oid = d.objoid',
    'd.xmin',
  ) + ` and d.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass`,
];
