import type {
  AlterDomainStmt,
  AlterEnumStmt,
  AlterObjectSchemaStmt,
  CreatePolicyStmt,
  DropStmt,
  ImportForeignSchemaStmt,
  Node,
  RenameStmt,
} from 'libpg-query';
import type { Name } from '../../../core/grammar/names.js';
import type { DroppedName, ObjectStatement } from '../../../core/grammar/objects.js';
import {
  type Around,
  lastPart,
  nameOf,
  nowhere,
  objectKind,
  objectName,
  relationName,
  stringOf,
  strings,
} from '../tree/raw.js';
import { readExpr } from './read-expr.js';

export function readDrop(raw: DropStmt, around: Around): ObjectStatement {
  const object = objectKind(raw.removeType);
  const isPart = object === 'trigger' || object === 'policy' || object === 'rule';
  return {
    kind: 'drop',
    object,
    names: (raw.objects ?? []).map((node) =>
      isPart ? partName(node, around) : { ...dropped(node, object === 'schema', around), on: null },
    ),
    ifExists: raw.missing_ok === true,
    cascade: raw.behavior === 'DROP_CASCADE',
    concurrently: raw.concurrent === true,
  };
}

function dropped(node: Node, isSchema: boolean, around: Around): Name {
  if ('List' in node && node.List.items?.some((part) => 'TypeName' in part) === true)
    return { schema: null, name: wordsOf(node.List.items), at: around.at };
  const name = objectName(node, around);
  return isSchema ? { ...name, schema: null } : name;
}

/** Casts and transforms have the names that `createdBy` gives them. */
function wordsOf([type, other]: readonly Node[]): string {
  const name = type !== undefined && 'TypeName' in type ? lastPart(type.TypeName) : '';
  const isCast = other !== undefined && 'TypeName' in other;
  return isCast ? `${name} as ${lastPart(other.TypeName)}` : `${name} for ${stringOf(other) ?? ''}`;
}

/** The last part is the name of a trigger, policy or rule; those before it are the name of its table. */
function partName(node: Node, { at }: Around): DroppedName {
  const parts = strings('List' in node ? node.List.items : []);
  return { schema: null, name: parts.at(-1) ?? '', at, on: nameOf(parts.slice(0, -1), at) };
}

export function readRename(raw: RenameStmt, around: Around): ObjectStatement {
  const { renameType, relationType, relation, object, subname, newname, missing_ok: missing } = raw;
  const kind = objectKind(renameType);
  const isOfTable = relation !== undefined;
  return {
    kind: 'rename',
    object: kind === 'column' && relationType === 'OBJECT_TYPE' ? 'other' : kind,
    name: isOfTable
      ? relationName(relation, around)
      : object === undefined
        ? nameOf([subname ?? ''], around.at)
        : objectName(object, around),
    part: isOfTable || object !== undefined ? (subname ?? null) : null,
    to: newname ?? '',
    ifExists: missing === true,
  };
}

export function readSetSchema(raw: AlterObjectSchemaStmt, around: Around): ObjectStatement {
  const { objectType, relation, object, newschema, missing_ok: missing } = raw;
  return {
    kind: 'set-schema',
    object: objectKind(objectType),
    name: relation === undefined ? objectName(object, around) : relationName(relation, around),
    to: newschema ?? '',
    ifExists: missing === true,
  };
}

export function readAlterEnum(raw: AlterEnumStmt, { at }: Around): ObjectStatement {
  const { typeName, oldVal, newVal } = raw;
  return {
    kind: 'alter-enum',
    type: nameOf(strings(typeName), at),
    adds: oldVal === undefined ? (newVal ?? null) : null,
    renames: oldVal ?? null,
    ifNotExists: raw.skipIfNewValExists === true,
  };
}

export function readAlterDomain(raw: AlterDomainStmt, { at }: Around): ObjectStatement {
  const { subtype, typeName, name, def } = raw;
  const added = def !== undefined && 'Constraint' in def ? def.Constraint : null;
  return {
    kind: 'alter-domain',
    domain: nameOf(strings(typeName), at),
    action: domainActions[subtype ?? ''] ?? 'set default',
    constraint: added?.conname ?? name ?? null,
    ifExists: raw.missing_ok === true,
    notValid: added?.skip_validation === true,
  };
}

const domainActions: Readonly<Record<string, string>> = {
  C: 'add constraint',
  N: 'drop not null',
  O: 'set not null',
  T: 'set default',
  V: 'validate constraint',
  X: 'drop constraint',
};

export function readPolicy(
  raw: CreatePolicyStmt,
  kind: 'create-policy' | 'alter-policy',
  around: Around,
): ObjectStatement {
  return {
    kind,
    table: relationName(raw.table ?? nowhere, around),
    policy: raw.policy_name ?? '',
    using: readExpr(raw.qual, around),
    check: readExpr(raw.with_check, around),
  };
}

export function readImport(raw: ImportForeignSchemaStmt, around: Around): ObjectStatement {
  const { server_name: server = '', local_schema: into = '', list_type: list, table_list } = raw;
  const limit = list === 'FDW_IMPORT_SCHEMA_LIMIT_TO' ? (table_list ?? []) : [];
  const only = limit.flatMap((node) =>
    'RangeVar' in node ? [relationName(node.RangeVar, around).name] : [],
  );
  return { kind: 'import-foreign-schema', server, into, only };
}
