import type { Node, RangeVar } from 'libpg-query';
import type { Created, Name, ObjectKind } from '../../core/grammar/names.js';
import { type ByNode, byNode } from './tree/nodes.js';
import {
  type Around,
  lastPart,
  nameOf,
  nowhere,
  objectKind,
  relationName,
  strings,
} from './tree/raw.js';

/** The named object that a statement creates; null if there is none. */
export function createdBy(node: Node, around: Around): Created | null {
  return byNode(makers, node, around);
}

interface Ways {
  readonly on?: Name;
  readonly ifNotExists?: boolean | undefined;
  readonly orReplace?: boolean | undefined;
}

function made(object: ObjectKind, name: Name, { on, ifNotExists, orReplace }: Ways = {}): Created {
  return {
    ...name,
    object,
    on: on ?? null,
    ifNotExists: ifNotExists === true,
    orReplace: orReplace === true,
  };
}

function plain(name: string | undefined, { at }: Around): Name {
  return { schema: null, name: name ?? '', at };
}

const relation = (raw: RangeVar | undefined, around: Around): Name =>
  relationName(raw ?? nowhere, around);

const makers: ByNode<Around, Created | null> = {
  CreateStmt: (raw, around) =>
    made('table', relation(raw.relation, around), { ifNotExists: raw.if_not_exists }),
  CreateForeignTableStmt: ({ base }, around) =>
    made('foreign table', relation(base?.relation, around), { ifNotExists: base?.if_not_exists }),
  CreateTableAsStmt: ({ into, objtype, if_not_exists: ifNotExists }, around) =>
    made(objectKind(objtype), relation(into?.rel, around), { ifNotExists }),
  SelectStmt: ({ intoClause }, around) =>
    intoClause === undefined ? null : made('table', relation(intoClause.rel, around)),
  IndexStmt: (raw, around) =>
    made(
      'index',
      { ...plain(raw.idxname, around), schema: raw.relation?.schemaname ?? null },
      { on: relation(raw.relation, around), ifNotExists: raw.if_not_exists },
    ),
  ViewStmt: ({ view, replace }, around) =>
    made('view', relation(view, around), { orReplace: replace }),
  CreateSeqStmt: (raw, around) =>
    made('sequence', relation(raw.sequence, around), { ifNotExists: raw.if_not_exists }),
  CreateSchemaStmt: (raw, around) =>
    made('schema', plain(raw.schemaname, around), { ifNotExists: raw.if_not_exists }),
  CreateExtensionStmt: (raw, around) =>
    made('extension', plain(raw.extname, around), { ifNotExists: raw.if_not_exists }),
  CreateEnumStmt: ({ typeName }, { at }) => made('type', nameOf(strings(typeName), at)),
  CompositeTypeStmt: ({ typevar }, around) => made('type', relation(typevar, around)),
  CreateRangeStmt: ({ typeName }, { at }) => made('type', nameOf(strings(typeName), at)),
  CreateDomainStmt: ({ domainname }, { at }) => made('domain', nameOf(strings(domainname), at)),
  DefineStmt: ({ kind, defnames, if_not_exists: ifNotExists, replace }, { at }) =>
    made(objectKind(kind), nameOf(strings(defnames), at), { ifNotExists, orReplace: replace }),
  CreateFunctionStmt: ({ funcname, is_procedure: isProcedure, replace }, { at }) =>
    made(isProcedure === true ? 'procedure' : 'function', nameOf(strings(funcname), at), {
      orReplace: replace,
    }),
  CreateTrigStmt: (raw, around) =>
    made('trigger', plain(raw.trigname, around), {
      on: relation(raw.relation, around),
      orReplace: raw.replace,
    }),
  CreatePolicyStmt: (raw, around) =>
    made('policy', plain(raw.policy_name, around), { on: relation(raw.table, around) }),
  RuleStmt: (raw, around) =>
    made('rule', plain(raw.rulename, around), {
      on: relation(raw.relation, around),
      orReplace: raw.replace,
    }),
  CreateRoleStmt: ({ role }, around) => made('role', plain(role, around)),
  CreatedbStmt: ({ dbname }, around) => made('database', plain(dbname, around)),
  CreateTableSpaceStmt: ({ tablespacename }, around) =>
    made('tablespace', plain(tablespacename, around)),
  CreateFdwStmt: ({ fdwname }, around) => made('foreign data wrapper', plain(fdwname, around)),
  CreateForeignServerStmt: (raw, around) =>
    made('server', plain(raw.servername, around), { ifNotExists: raw.if_not_exists }),
  CreateUserMappingStmt: (raw, around) =>
    made('user mapping', plain(raw.servername, around), { ifNotExists: raw.if_not_exists }),
  CreatePLangStmt: (raw, around) =>
    made('language', plain(raw.plname, around), { orReplace: raw.replace }),
  CreateEventTrigStmt: ({ trigname }, around) => made('event trigger', plain(trigname, around)),
  CreateStatsStmt: ({ defnames, if_not_exists: ifNotExists }, { at }) =>
    made('statistics', nameOf(strings(defnames), at), { ifNotExists }),
  CreatePublicationStmt: ({ pubname }, around) => made('publication', plain(pubname, around)),
  CreateSubscriptionStmt: ({ subname }, around) => made('subscription', plain(subname, around)),
  CreateCastStmt: ({ sourcetype, targettype }, around) =>
    made('cast', plain(`${lastPart(sourcetype)} as ${lastPart(targettype)}`, around)),
  CreateTransformStmt: ({ type_name: type, lang, replace }, around) =>
    made('transform', plain(`${lastPart(type)} for ${lang ?? ''}`, around), {
      orReplace: replace,
    }),
  CreateConversionStmt: ({ conversion_name: name }, { at }) =>
    made('conversion', nameOf(strings(name), at)),
  CreateAmStmt: ({ amname }, around) => made('access method', plain(amname, around)),
  CreateOpClassStmt: ({ opclassname }, { at }) =>
    made('operator class', nameOf(strings(opclassname), at)),
  CreateOpFamilyStmt: ({ opfamilyname }, { at }) =>
    made('operator family', nameOf(strings(opfamilyname), at)),
};
