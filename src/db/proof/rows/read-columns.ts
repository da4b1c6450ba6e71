import type { Client } from '../../wire/client.js';
import type { Rows } from '../../wire/driver.js';
import { literal } from '../../wire/quote.js';
import type { ValueType } from './made-up-value.js';

/** A table to fill, and the conditions for its rows. */
export interface Table {
  /** `public.users` */
  readonly name: string;
  readonly columns: readonly Column[];
  readonly keys: readonly ForeignKey[];
  readonly checks: readonly Check[];
}

export interface Column extends ValueType {
  readonly name: string;
  readonly mayBeNull: boolean;
  /** The server gives its value. */
  readonly isGiven: boolean;
}

export interface ForeignKey {
  readonly table: string;
  readonly columns: readonly string[];
  readonly referred: readonly string[];
}

/** A condition on columns: a CHECK, that of a domain, or the bounds of a partition. */
export interface Check {
  /** Null for bounds. */
  readonly name: string | null;
  readonly columns: readonly string[];
  readonly definition: string;
}

/** These tables and those that they refer to. */
export async function readTables(
  client: Client,
  tables: readonly string[],
): Promise<readonly Table[]> {
  if (tables.length === 0) return [];
  const [rows = []] = await client.run(question(tables));
  return rows.map(tableOf);
}

function question(tables: readonly string[]): string {
  const oids = tables.map((name) => `pg_catalog.to_regclass(${literal(name)})`).join(', ');
  return `
with recursive wanted as (
  select c.oid from pg_catalog.pg_class c where c.relkind in ('r', 'p') and c.oid in (${oids})
  union select f.confrelid from wanted w join pg_catalog.pg_constraint f on f.conrelid = w.oid and f.contype = 'f')
select ${nameOf('w.oid')} as name, (${columns}) as columns, (${keys}) as keys, (${checks}) as checks from wanted w order by 1`;
}

const nameOf = (oid: string): string => `(
  select pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = ${oid})`;

const columns = `
select pg_catalog.json_agg(pg_catalog.json_build_object('name', a.attname,
  'type', pg_catalog.format_type(b.oid, case when t.typbasetype = 0 then a.atttypmod else t.typtypmod end),
  'category', b.typcategory, 'attributes', coalesce((
    select count(*) from pg_catalog.pg_attribute p where b.typtype = 'c' and p.attrelid = b.typrelid and p.attnum > 0 and not p.attisdropped), 0),
  'length', case when b.typcategory = 'S' then nullif(greatest(a.atttypmod, t.typtypmod) - 4, -5) end,
  'mayBeNull', not a.attnotnull and not t.typnotnull,
  'isGiven', a.attidentity <> '' or a.attgenerated <> '' or coalesce((
    select pg_catalog.pg_get_expr(adbin, adrelid) like 'nextval(%' from pg_catalog.pg_attrdef where adrelid = a.attrelid and adnum = a.attnum), false),
  'label', (select enumlabel from pg_catalog.pg_enum where enumtypid = b.oid order by enumsortorder limit 1)) order by a.attnum)::text
from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid
join pg_catalog.pg_type b on b.oid = coalesce(nullif(t.typbasetype, 0), t.oid)
where a.attrelid = w.oid and a.attnum > 0 and not a.attisdropped`;

const namesOf = (numbers: string, table: string): string => `(
  select coalesce(pg_catalog.json_agg(named.attname order by listed.nth), '[]')
  from pg_catalog.unnest(${numbers}) with ordinality listed (number, nth)
  join pg_catalog.pg_attribute named on named.attrelid = ${table} and named.attnum = listed.number)`;

const keys = `
select pg_catalog.json_agg(pg_catalog.json_build_object('table', ${nameOf('f.confrelid')},
  'columns', ${namesOf('f.conkey', 'f.conrelid')}, 'referred', ${namesOf('f.confkey', 'f.confrelid')}) order by f.conname)::text
from pg_catalog.pg_constraint f where f.conrelid = w.oid and f.contype = 'f' and f.conparentid = 0`;

const checks = `
select pg_catalog.json_agg(pg_catalog.json_build_object('name', x.name, 'columns', x.columns, 'definition', x.definition))::text from (
  select k.conname as name, ${namesOf('k.conkey', 'k.conrelid')} as columns, pg_catalog.pg_get_constraintdef(k.oid) as definition
  from pg_catalog.pg_constraint k where k.conrelid = w.oid and k.contype = 'c'
  union all select k.conname, pg_catalog.json_build_array(a.attname), pg_catalog.pg_get_constraintdef(k.oid)
  from pg_catalog.pg_attribute a join pg_catalog.pg_constraint k on k.contypid = a.atttypid and k.contype = 'c'
  where a.attrelid = w.oid and a.attnum > 0
  union all select null, ${namesOf('p.partattrs', 'p.partrelid')}, pg_catalog.pg_get_partition_constraintdef(l.relid)
  from pg_catalog.pg_partitioned_table p, pg_catalog.pg_partition_tree(p.partrelid) l where p.partrelid = w.oid and l.isleaf and l.relid <> w.oid
) x where x.definition is not null`;

function tableOf(row: Rows[number]): Table {
  const list = (name: string): unknown[] =>
    typeof row[name] === 'string' ? (JSON.parse(row[name]) as unknown[]) : [];
  return {
    name: String(row['name']),
    columns: list('columns') as Column[],
    keys: list('keys') as ForeignKey[],
    checks: list('checks') as Check[],
  };
}
