import type { Node } from 'libpg-query';
import type { ObjectStatement } from '../../../core/grammar/objects.js';
import type { StatementForm } from '../../../core/grammar/statement.js';
import { type ByNode, byNode, nodeName } from '../tree/nodes.js';
import {
  type Around,
  elementsOf,
  nameOf,
  nowhere,
  objectKind,
  relationName,
  roleNames,
  strings,
  typeName,
} from '../tree/raw.js';
import * as access from './read-access.js';
import { readExpr } from './read-expr.js';
import * as objects from './read-objects.js';
import { readCreateFunction } from './read-routine.js';
import { tableReaders } from './read-table-forms.js';

/** What is particular to a statement. */
export function readForm(node: Node, around: Around, isNamed: boolean): StatementForm {
  const form = byNode(readers, node, around);
  return form ?? (isNamed ? { kind: 'create' } : { kind: 'other', node: nodeName(node) });
}

const readers: ByNode<Around, StatementForm> = {
  ...tableReaders,
  DropStmt: objects.readDrop,
  DropRoleStmt: (raw, around) => dropped('role', roleNames(raw.roles), raw.missing_ok, around),
  DropdbStmt: (raw, around) => dropped('database', [raw.dbname ?? ''], raw.missing_ok, around),
  DropTableSpaceStmt: (raw, around) =>
    dropped('tablespace', [raw.tablespacename ?? ''], raw.missing_ok, around),
  DropSubscriptionStmt: (raw, around) =>
    dropped('subscription', [raw.subname ?? ''], raw.missing_ok, around),
  DropUserMappingStmt: (raw, around) =>
    dropped('user mapping', [raw.servername ?? ''], raw.missing_ok, around),
  DropOwnedStmt: ({ roles }) => {
    return { kind: 'drop-owned', roles: roleNames(roles) };
  },
  RenameStmt: objects.readRename,
  AlterObjectSchemaStmt: objects.readSetSchema,
  CreateFunctionStmt: readCreateFunction,
  AlterFunctionStmt: access.readAlterFunction,
  ViewStmt: ({ view, query, options }, around) => {
    return {
      kind: 'create-view',
      view: relationName(view ?? nowhere, around),
      query: around.query(query),
      options: elementsOf(options).map(({ defname }) => defname ?? ''),
    };
  },
  CreateEnumStmt: ({ typeName: name, vals }, { at }) => {
    return {
      kind: 'create-type',
      type: nameOf(strings(name), at),
      variant: 'enum',
      values: strings(vals),
    };
  },
  CompositeTypeStmt: ({ typevar }, around) => {
    const type = relationName(typevar ?? nowhere, around);
    return { kind: 'create-type', type, variant: 'composite', values: [] };
  },
  CreateRangeStmt: ({ typeName: name }, { at }) => {
    return { kind: 'create-type', type: nameOf(strings(name), at), variant: 'range', values: [] };
  },
  CreateDomainStmt: ({ domainname, typeName: type, constraints = [] }, around) => {
    const check = constraints.flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
    return {
      kind: 'create-domain',
      domain: nameOf(strings(domainname), around.at),
      type: type === undefined ? null : typeName(type, around),
      check: readExpr(check.find(({ contype }) => contype === 'CONSTR_CHECK')?.raw_expr, around),
    };
  },
  AlterDomainStmt: objects.readAlterDomain,
  AlterEnumStmt: objects.readAlterEnum,
  CreateTrigStmt: ({ relation, trigname = '', funcname, isconstraint }, around) => {
    return {
      kind: 'create-trigger',
      table: relationName(relation ?? nowhere, around),
      trigger: trigname,
      function: nameOf(strings(funcname), around.at),
      isConstraint: isconstraint === true,
    };
  },
  CreatePolicyStmt: (raw, around) => objects.readPolicy(raw, 'create-policy', around),
  AlterPolicyStmt: (raw, around) => objects.readPolicy(raw, 'alter-policy', around),
  AlterPublicationStmt: ({ pubname = '', action }) => {
    const word = (action ?? 'AP_SetObjects').replace(/^AP_|Objects$/g, '').toLowerCase();
    return { kind: 'alter-publication', publication: pubname, action: word };
  },
  GrantStmt: access.readGrant,
  GrantRoleStmt: access.readGrantRole,
  AlterDefaultPrivilegesStmt: access.readDefaultPrivileges,
  CreateRoleStmt: ({ role = '', options }) => access.readRole('create-role', role, options),
  AlterRoleStmt: ({ role, options }) =>
    access.readRole('alter-role', role?.rolename ?? '', options),
  VariableSetStmt: access.readSet,
  AlterOwnerStmt: access.readOwner,
  TransactionStmt: ({ kind }) => {
    const verb = (kind ?? 'TRANS_STMT_BEGIN').replace('TRANS_STMT_', '').replaceAll('_', ' ');
    return { kind: 'transaction', verb: verb.toLowerCase() };
  },
  CommentStmt: ({ objtype }) => {
    return { kind: 'comment', object: objectKind(objtype) };
  },
  DoStmt: () => {
    return { kind: 'do' };
  },
};

function dropped(
  object: 'role' | 'database' | 'tablespace' | 'subscription' | 'user mapping',
  names: readonly string[],
  missing: boolean | undefined,
  { at }: Around,
): ObjectStatement {
  return {
    kind: 'drop',
    object,
    names: names.map((name) => ({ schema: null, name, at, on: null })),
    ifExists: missing === true,
    cascade: false,
    concurrently: false,
  };
}
