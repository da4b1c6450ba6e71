import { nameOf } from '../../core/catalog/catalog.js';
import type { DatabaseFacts, Dependency, SchemaReading } from '../../core/schema/parts/reading.js';
import type { Client } from '../wire/client.js';
import type { Rows } from '../wire/driver.js';
import { classOf, firstUserOid, identityOf } from './catalog-query.js';
import { catalogIn, isObject, nameIn, readRows } from './read-catalog.js';

interface ReadSchemaOptions {
  /** As the open transaction sees it: see `readCatalog`. */
  readonly isInTransaction?: boolean;
  /** See `assertText`. */
  readonly ignored?: readonly string[];
}

/** The catalog with what is needed to write it as SQL. Costs two round trips. See `readCatalog`. */
export async function readSchema(
  client: Client,
  historySchema: string,
  { isInTransaction = false, ignored = [] }: ReadSchemaOptions = {},
): Promise<SchemaReading> {
  const more = [databaseFacts, dependencyRows];
  const [rows, facts = [], depends = []] = await readRows(
    client,
    historySchema,
    isInTransaction,
    more,
  );
  return {
    catalog: catalogIn(client, rows, ignored),
    dependencies: dependenciesIn(rows, depends),
    database: JSON.parse(String(facts[0]?.['facts'])) as DatabaseFacts,
  };
}

/** One row. Identifiers are quoted as this server's version needs it. */
const databaseFacts = `
select pg_catalog.jsonb_build_object(
  'major', pg_catalog.current_setting('server_version_num')::integer / 10000,
  'owner', (select pg_catalog.pg_get_userbyid(datdba) from pg_catalog.pg_database where datname = pg_catalog.current_database()),
  'ownerOfPublic', pg_catalog.pg_get_userbyid(
    case when pg_catalog.current_setting('server_version_num')::integer < 150000 then 10 else 6171 end),
  'isSuperuser', (select rolsuper from pg_catalog.pg_roles where rolname = current_user),
  'roles', (select pg_catalog.jsonb_object_agg(rolname, pg_catalog.quote_ident(rolname)) from pg_catalog.pg_roles),
  'keywords', (select pg_catalog.jsonb_agg(word) from pg_catalog.pg_get_keywords() where catcode <> 'U'),
  'extensions', (select coalesce(pg_catalog.jsonb_object_agg(name, pg_catalog.jsonb_build_object('version', default_version, 'comment', comment)), '{}')
    from pg_catalog.pg_available_extensions() where name in (select extname from pg_catalog.pg_extension)),
  'indexOptions', (select coalesce(pg_catalog.jsonb_object_agg(${identityOf('pg_class', 'c.oid')},
      (select pg_catalog.jsonb_agg(o order by o collate "C") from pg_catalog.unnest(c.reloptions) o)), '{}')
    from pg_catalog.pg_constraint k join pg_catalog.pg_class c on c.oid = k.conindid
    where k.contype in ('p', 'u', 'x') and c.reloptions is not null)
)::text as facts`;

/** What depends on what, by address; and which object a part belongs to. */
const dependencyRows = `
select classid || ':' || objid || ':' || objsubid as object, refclassid || ':' || refobjid || ':' || refobjsubid as needs,
  deptype in ('i', 'e') as part
from pg_catalog.pg_depend
where objid >= ${firstUserOid} and refobjid >= ${firstUserOid} and classid <> ${classOf('pg_attrdef')}
union all
select d.classid || ':' || d.objid || ':' || d.objsubid, d.refclassid || ':' || d.refobjid || ':' || d.refobjsubid, false
from pg_catalog.pg_depend d
where d.objid >= ${firstUserOid} and d.refobjid >= ${firstUserOid} and d.classid = ${classOf('pg_attrdef')}
union all
select ${classOf('pg_attrdef')}::pg_catalog.oid || ':' || oid || ':0', ${classOf('pg_class')}::pg_catalog.oid || ':' || adrelid || ':' || adnum, true
from pg_catalog.pg_attrdef where adrelid >= ${firstUserOid}`;

/** An object that the catalog does not hold, such as a table's row type, counts as the one it is part of. */
function dependenciesIn(objects: Rows, rows: Rows): ReadonlyMap<string, readonly Dependency[]> {
  const names = new Map<string, string>();
  for (const row of objects) {
    if (isObject(row)) names.set(String(row['address']), nameOf(nameIn(row)));
  }
  const wholes = new Map<string, string>();
  for (const row of rows) {
    if (row['part'] === true) wholes.set(String(row['object']), String(row['needs']));
  }
  const nameAt = (address: string, depth = 0): string | undefined => {
    const name = names.get(address) ?? names.get(address.replace(/:\d+$/, ':0'));
    const whole = wholes.get(address) ?? wholes.get(address.replace(/:\d+$/, ':0'));
    return (
      name ?? (whole === undefined || depth > mostParts ? undefined : nameAt(whole, depth + 1))
    );
  };
  const found = new Map<string, Dependency[]>();
  for (const row of rows) {
    const [object, on] = [nameAt(String(row['object'])), nameAt(String(row['needs']))];
    if (object === undefined || on === undefined || object === on) continue;
    const isPart = row['part'] === true && names.has(String(row['object']));
    const known = found.get(object) ?? [];
    known.push({ on, isPart });
    found.set(object, known);
  }
  return found;
}

/** An array of a multirange of a range: no chain of parts is longer. */
const mostParts = 8;
