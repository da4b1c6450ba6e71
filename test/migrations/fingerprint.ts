import type postgres from 'postgres';

/** Lines of JSON, sorted, under the name of what they describe. */
export type Lines = Readonly<Record<string, readonly string[]>>;

/** What a database holds, outside the schemas of the server and the history schemas `pgm…`. */
export interface Fingerprint {
  /** What is there, in terms that are the same in two databases with the same objects. */
  readonly definitions: Lines;
  /** Each table's rows. */
  readonly rows: Lines;
  /**
   * Which objects, files and row versions bear that: a constraint that is dropped and added, a table that is rewritten or a
   * row that is updated to the same values differs here and nowhere else.
   */
  readonly identities: Lines;
}

// Every query starts with: ours(oid, schema).
const ours = `
  with ours as (
    select oid, nspname as schema from pg_namespace
    where nspname !~ '^(pg_|pgm|information_schema$)'
  )`;

const definitionQueries = {
  schemas: `
    select schema, pg_get_userbyid(nspowner) = current_user as owned, nspacl from ours join pg_namespace using (oid)`,
  relations: `
    select schema, relname, relkind, relpersistence, reloptions, relacl,
           pg_get_userbyid(relowner) = current_user as owned
    from pg_class join ours on ours.oid = relnamespace`,
  columns: `
    select attrelid::regclass as relation, attnum, attname, attnotnull, attidentity, attgenerated,
           format_type(atttypid, atttypmod) as type, pg_get_expr(adbin, adrelid) as value
    from pg_attribute
    join pg_class on pg_class.oid = attrelid
    join ours on ours.oid = relnamespace
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attnum > 0`,
  indexes: `
    select indexrelid::regclass as index, pg_get_indexdef(indexrelid) as definition, indisvalid, indisready
    from pg_index join pg_class on pg_class.oid = indexrelid join ours on ours.oid = relnamespace`,
  constraints: `
    select conrelid::regclass as relation, conname, convalidated,
           pg_get_constraintdef(pg_constraint.oid) as definition
    from pg_constraint join ours on ours.oid = connamespace`,
  triggers: `
    select tgrelid::regclass as relation, pg_get_triggerdef(pg_trigger.oid) as definition
    from pg_trigger join pg_class on pg_class.oid = tgrelid join ours on ours.oid = relnamespace
    where not tgisinternal`,
  functions: `
    select pg_proc.oid::regprocedure as function, pg_get_functiondef(pg_proc.oid) as definition, proacl,
           pg_get_userbyid(proowner) = current_user as owned
    from pg_proc join ours on ours.oid = pronamespace`,
  comments: `
    select pg_describe_object(classoid, objoid, objsubid) as object, description
    from pg_description
    where (classoid, objoid) in (
      select 'pg_class'::regclass, pg_class.oid from pg_class join ours on ours.oid = relnamespace
      union all
      select 'pg_proc'::regclass, pg_proc.oid from pg_proc join ours on ours.oid = pronamespace)`,
} as const;

// Not the row versions of functions and comments: OR REPLACE and COMMENT write the same again, which is harmless.
const identityQueries = {
  schemas: `select ours.*, pg_namespace.xmin from ours join pg_namespace using (oid)`,
  relations: `
    select pg_class.oid, relname, relfilenode, pg_class.xmin
    from pg_class join ours on ours.oid = relnamespace`,
  columns: `
    select attrelid, attnum, pg_attribute.xmin
    from pg_attribute join pg_class on pg_class.oid = attrelid join ours on ours.oid = relnamespace`,
  indexes: `
    select indexrelid, pg_index.xmin
    from pg_index join pg_class on pg_class.oid = indexrelid join ours on ours.oid = relnamespace`,
  constraints: `
    select pg_constraint.oid, conname, pg_constraint.xmin
    from pg_constraint join ours on ours.oid = connamespace`,
  functions: `
    select pg_proc.oid, proname from pg_proc join ours on ours.oid = pronamespace`,
} as const;

/** `sql` is connected as the owner of the database. */
export async function fingerprint(sql: postgres.Sql): Promise<Fingerprint> {
  const tables = await tableNames(sql);
  const perTable = (query: (table: string) => string): Promise<Lines> =>
    answers(sql, Object.fromEntries(tables.map((table) => [table, query(table)])));
  const versions = await perTable(
    (table) => `select version.xmin, version.ctid from ${table} as version`,
  );
  return {
    definitions: await answers(sql, definitionQueries),
    rows: await perTable((table) => `select * from ${table}`),
    identities: { ...(await answers(sql, identityQueries)), ...versions },
  };
}

/** With their schemas, quoted where need be. */
async function tableNames(sql: postgres.Sql): Promise<readonly string[]> {
  const rows = await sql.unsafe<{ name: string }[]>(`${ours}
    select format('%I.%I', schema, relname) as name
    from pg_class join ours on ours.oid = relnamespace where relkind = 'r' order by 1`);
  return rows.map(({ name }) => name);
}

async function answers(
  sql: postgres.Sql,
  queries: Readonly<Record<string, string>>,
): Promise<Lines> {
  const found: Record<string, readonly string[]> = {};
  for (const [name, query] of Object.entries(queries)) {
    const rows = await sql.unsafe<{ line: string }[]>(
      `${ours} select row_to_json(answer)::text as line from (${query}) as answer order by 1`,
    );
    found[name] = rows.map(({ line }) => line);
  }
  return found;
}
