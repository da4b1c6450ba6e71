/** The server being queried. */
export interface CatalogServer {
  /** 14 to 18. */
  readonly major: number;
  /** Only a superuser may read the connection string of a subscription. */
  readonly seesConninfo: boolean;
}

/** Expressions over the row, named `it`, and what `joins` adds. Facts that are null are left out. */
export type Facts = Readonly<Record<string, string>>;

/** How the objects in one system catalog are read. */
export interface CatalogQuery {
  /** The system catalog: `pg_class`. */
  readonly catalog: string;
  /** Which of its rows are objects of their own. Default: all. */
  readonly where?: string;
  /**
   * Rows that are not objects of their own, because the facts of another object cover them; the key is the reason. Rows in
   * neither `where` nor these are reported as not compared.
   */
  readonly besides?: Readonly<Record<string, string>>;
  /** Expression: the schema it is in, as an OID; 0 if it is in none. */
  readonly schema: string;
  /** Expression: the table it belongs to, as an OID; default none. */
  readonly table?: string;
  /** Expression for the number of a part of an object, such as a column; its object is `object` then. */
  readonly part?: string;
  /** Expression for the OID of the object. Default `it.oid`. */
  readonly object?: string;
  /** The catalog of the object if it is not that of the row. */
  readonly of?: string;
  /** The row belongs to an extension if one of these objects does. Default: its own. */
  readonly members?: readonly (readonly [catalog: string, oid: string])[];
  readonly joins?: string;
  /**
   * The identity if that of `pg_identify_object`, `o.identity`, differs from one database to the next, or costs too much for
   * many rows.
   */
  readonly identity?: string;
  /** The kind if `pg_identify_object` has none, or for the same reasons as the identity. */
  readonly kind?: string;
  /** The name of the table, if another expression costs less. */
  readonly tableName?: string;
  /** Expression: whether it is a user's, not the server's own. Default: by its OID. */
  readonly isOfUsers?: string;
  /** The owner's column, which is a fact; default none. */
  readonly owner?: string;
  /** The same for a part, whose owner is that of the object. */
  readonly ownedBy?: string;
  /** The column of its privileges, and an expression: the letter that `acldefault` has for its kind. */
  readonly privileges?: readonly [column: string, letter: string];
  readonly facts: Facts;
}

/** Replaces a secret in the server's answer: only ASCII, as its encoding may lack other characters. */
export const hidden = '<hidden by pgm>';

/** The first OID that objects of users get: FirstNormalObjectId. */
export const firstUserOid = 16_384;

/** An expression: the name of a role. */
export function role(oid: string): string {
  return `pg_catalog.pg_get_userbyid(${oid})`;
}

/** An expression: the identity of a relation, as `identityOf` gives it, in a fifth of the time. */
export function relationName(oid: string): string {
  return `(select pg_catalog.format('%I.%I', of.nspname, rel.relname) from pg_catalog.pg_class rel
    join pg_catalog.pg_namespace of on of.oid = rel.relnamespace where rel.oid = ${oid})`;
}

/** An expression: what PostgreSQL calls a relation, by its column `relkind`. */
export function relationKind(relkind: string): string {
  return `case ${relkind} when 'r' then 'table' when 'p' then 'table' when 'i' then 'index' when 'I' then 'index' when 'S' then 'sequence'
    when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' when 'c' then 'composite type' end`;
}

/** An expression: the identity of an object, including its schema. */
export function identityOf(catalog: string, oid: string, part = '0'): string {
  return `(select identity from pg_catalog.pg_identify_object(${classOf(catalog)}, ${oid}, ${part}))`;
}

/** An expression: the OID of a system catalog. */
export function classOf(catalog: string): string {
  return `'pg_catalog.${catalog}'::pg_catalog.regclass`;
}

/** An expression: the same, null if there is none. */
export function identityOrNull(catalog: string, oid: string): string {
  return `case when ${oid} <> 0 then ${identityOf(catalog, oid)} end`;
}

/**
 * An expression: null if `rare` has no row, which the server finds out once per statement; else `each`, which costs some
 * microseconds per row. `rare` names a catalog, and may have a condition that does not involve `it`.
 */
export function unlessNone(rare: string, each: string): string {
  return `case when exists (select from pg_catalog.${rare}) then ${each} end`;
}

/** An expression: the comment on the constraint `n` that a NOT NULL is. */
export function commentOnNotNull(where: string): string {
  const of = `pg_catalog.pg_constraint n join pg_catalog.pg_description d on d.objoid = n.oid`;
  return unlessNone(
    `pg_description where classoid = ${classOf('pg_constraint')}`,
    `(select d.description from ${of} where n.contype = 'n' and ${where} and d.classoid = ${classOf('pg_constraint')})`,
  );
}

/** An expression: true, or null for no fact. */
export function whenTrue(condition: string): string {
  return `nullif(${condition}, false)`;
}

/** An expression: the options as a sorted list, null if there are none. */
export function sorted(options: string): string {
  return `case when ${options} is not null then
    (select pg_catalog.jsonb_agg(o order by o collate "C") from pg_catalog.unnest(${options}) o) end`;
}

/** An expression: the same for options of foreign objects, without credentials. */
export function withoutSecrets(options: string): string {
  return sorted(`(select pg_catalog.array_agg(case when s ~* '^[^=]*(pass|secret|token|credential|[_.-]key)[^=]*='
    then pg_catalog.regexp_replace(s, '=.*', '=${hidden}') else s end) from pg_catalog.unnest(${options}) s)`);
}

/**
 * Expressions for what was granted beyond, and revoked from, the defaults of the owner and of PUBLIC. So a column that spells
 * out the defaults, as after a revoked GRANT, reads like a null one.
 */
export function privilegeFacts(column: string, letter: string, owner: string): Facts {
  const own = `pg_catalog.aclexplode(${column})`;
  const usual = `pg_catalog.aclexplode(pg_catalog.acldefault(${letter}, ${owner}))`;
  const only = (some: string, others: string): string =>
    `case when ${column} is not null then ${privilegesOf(some, others, owner)} end`;
  return { granted: only(own, usual), revoked: only(usual, own) };
}

/** One line per role: `INSERT, SELECT with grant option to app`. */
function privilegesOf(some: string, others: string, owner: string): string {
  const columns = 'grantor, grantee, privilege_type, is_grantable';
  const grantee = `case grantee when 0 then 'PUBLIC' else ${role('grantee')} end`;
  const grantor = `case when grantor <> ${owner} then ' by ' || ${role('grantor')} else '' end`;
  const word = `privilege_type || case when is_grantable then ' with grant option' else '' end`;
  return `(select pg_catalog.jsonb_agg(line order by line collate "C") from (
  select pg_catalog.string_agg(${word}, ', ' order by privilege_type collate "C") || ' to ' || ${grantee} || ${grantor} as line
  from (select ${columns} from ${some} except select ${columns} from ${others}) as each
  group by grantee, grantor) as lines)`;
}

/** An expression: the row was created with a range type: its constructors, and the cast to its multirange. */
export function madeWithType(catalog: string): string {
  return `exists (select from pg_catalog.pg_depend made where made.classid = ${classOf(catalog)} and made.objid = it.oid
    and made.refclassid = ${classOf('pg_type')} and made.deptype = 'i')`;
}
