import type { DefElem, Node, ObjectType, RangeVar, TypeName as RawType } from 'libpg-query';
import type { Query } from '../../../core/grammar/expressions.js';
import type { Name, ObjectKind, TypeName } from '../../../core/grammar/names.js';
import type { IndexOf } from './offsets.js';

/** What readers of nodes need to know about the statement around them. */
export interface Around {
  /** Where the statement begins in the file. */
  readonly at: number;
  readonly indexOf: IndexOf;
  /** The names of the statement's WITH and of one around it, which are not tables. */
  readonly ctes: ReadonlySet<string>;
  /** Reads a SELECT or VALUES inside the statement. */
  readonly query: (node: Node | undefined) => Query;
}

export const nowhere: RangeVar = {};

/** The strings of a list of names: `['pg_catalog', 'int4']`. */
export function strings(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).map((node) => stringOf(node) ?? '');
}

export function stringOf(node: Node | undefined): string | null {
  if (node === undefined) return null;
  if ('String' in node) return node.String.sval ?? '';
  if ('A_Star' in node) return '*';
  return null;
}

/** The options of a statement: `WITH (a = 1)`, `OPTIONS (…)`. */
export function elementsOf(options: readonly Node[] | undefined): readonly DefElem[] {
  return (options ?? []).flatMap((node) => ('DefElem' in node ? [node.DefElem] : []));
}

/** True for an option that is written as TRUE; the grammar also uses that for `SECURITY DEFINER` and `LOGIN`. */
export function isTrue(arg: Node | undefined): boolean {
  return arg !== undefined && 'Boolean' in arg && arg.Boolean.boolval === true;
}

/** What the name of a cast or transform is made from: the last part of a type's name. */
export function lastPart(type: RawType | undefined): string {
  return strings(type?.names).at(-1) ?? '';
}

export function relationName(
  { schemaname, relname, location }: RangeVar,
  { indexOf }: Around,
): Name {
  return { schema: schemaname ?? null, name: relname ?? '', at: indexOf(location) };
}

/** The tables of a list. */
export function relations(nodes: readonly Node[] | undefined, around: Around): readonly Name[] {
  return (nodes ?? []).flatMap((node) =>
    'RangeVar' in node ? [relationName(node.RangeVar, around)] : [],
  );
}

/** A qualified name from its parts; a database before them is left out. */
export function nameOf(parts: readonly string[], at: number): Name {
  return { schema: parts.at(-2) ?? null, name: parts.at(-1) ?? '', at };
}

/** The name of an object in any notation: a relation, a list of names, a function with its arguments. */
export function objectName(node: Node | undefined, around: Around): Name {
  const { at } = around;
  if (node === undefined) return nameOf([], at);
  if ('RangeVar' in node) return relationName(node.RangeVar, around);
  if ('List' in node) return nameOf(strings(node.List.items), at);
  if ('ObjectWithArgs' in node) return nameOf(strings(node.ObjectWithArgs.objname), at);
  if ('TypeName' in node) return typeName(node.TypeName, around);
  if ('RoleSpec' in node) return nameOf([node.RoleSpec.rolename ?? 'public'], at);
  return nameOf([stringOf(node) ?? ''], at);
}

export function typeName(raw: RawType, { indexOf }: Around): TypeName {
  const { names, typmods, arrayBounds, location } = raw;
  const { schema, name, at } = nameOf(strings(names), indexOf(location));
  const modifiers = (typmods ?? []).map((node) =>
    'A_Const' in node && node.A_Const.ival !== undefined ? (node.A_Const.ival.ival ?? 0) : null,
  );
  const isArray = (arrayBounds ?? []).length > 0;
  return { schema, name, at, modifiers, isArray };
}

/** The names of roles; `public` for PUBLIC, `current_user` and the like in lower case. */
export function roleNames(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).map((node) => {
    if (!('RoleSpec' in node))
      return stringOf(node) ?? ('AccessPriv' in node ? (node.AccessPriv.priv_name ?? '') : '');
    const { rolename, roletype } = node.RoleSpec;
    return rolename ?? (roletype ?? '').replace('ROLESPEC_', '').toLowerCase();
  });
}

/** `OBJECT_MATVIEW` in PostgreSQL's words. */
export function objectKind(type: ObjectType | undefined): ObjectKind {
  return type === undefined ? 'other' : (kinds[type] ?? 'other');
}

const kinds: Partial<Record<ObjectType, ObjectKind>> = {
  OBJECT_ACCESS_METHOD: 'access method',
  OBJECT_AGGREGATE: 'aggregate',
  OBJECT_ATTRIBUTE: 'column',
  OBJECT_CAST: 'cast',
  OBJECT_COLLATION: 'collation',
  OBJECT_COLUMN: 'column',
  OBJECT_CONVERSION: 'conversion',
  OBJECT_DATABASE: 'database',
  OBJECT_DOMAIN: 'domain',
  OBJECT_DOMCONSTRAINT: 'domain constraint',
  OBJECT_EVENT_TRIGGER: 'event trigger',
  OBJECT_EXTENSION: 'extension',
  OBJECT_FDW: 'foreign data wrapper',
  OBJECT_FOREIGN_SERVER: 'server',
  OBJECT_FOREIGN_TABLE: 'foreign table',
  OBJECT_FUNCTION: 'function',
  OBJECT_INDEX: 'index',
  OBJECT_LANGUAGE: 'language',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_OPCLASS: 'operator class',
  OBJECT_OPERATOR: 'operator',
  OBJECT_OPFAMILY: 'operator family',
  OBJECT_POLICY: 'policy',
  OBJECT_PROCEDURE: 'procedure',
  OBJECT_PUBLICATION: 'publication',
  OBJECT_ROLE: 'role',
  OBJECT_ROUTINE: 'routine',
  OBJECT_RULE: 'rule',
  OBJECT_SCHEMA: 'schema',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_STATISTIC_EXT: 'statistics',
  OBJECT_SUBSCRIPTION: 'subscription',
  OBJECT_TABCONSTRAINT: 'constraint',
  OBJECT_TABLE: 'table',
  OBJECT_TABLESPACE: 'tablespace',
  OBJECT_TRANSFORM: 'transform',
  OBJECT_TRIGGER: 'trigger',
  OBJECT_TSCONFIGURATION: 'text search configuration',
  OBJECT_TSDICTIONARY: 'text search dictionary',
  OBJECT_TSPARSER: 'text search parser',
  OBJECT_TSTEMPLATE: 'text search template',
  OBJECT_TYPE: 'type',
  OBJECT_USER_MAPPING: 'user mapping',
  OBJECT_VIEW: 'view',
};
