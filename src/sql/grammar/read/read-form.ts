import type { Node } from 'libpg-query';
import type { ObjectStatement } from '../../../core/grammar/objects.js';
import type { StatementForm } from '../../../core/grammar/statement.js';
import { type ByNode, byNode, nodeName } from '../tree/nodes.js';
import { type Around, nowhere, relationName, roleNames } from '../tree/raw.js';
import * as access from './read-access.js';
import * as objects from './read-objects.js';
import { readCreateFunction } from './read-routine.js';
import { tableReaders } from './read-table-forms.js';

/** What is specific to this kind of statement. */
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
  ViewStmt: ({ view, query }, around) => {
    const name = relationName(view ?? nowhere, around);
    return { kind: 'create-view', view: name, query: around.query(query) };
  },
  AlterDomainStmt: objects.readAlterDomain,
  AlterEnumStmt: objects.readAlterEnum,
  CreateTrigStmt: ({ relation, isconstraint }, around) => {
    const table = relationName(relation ?? nowhere, around);
    return { kind: 'create-trigger', table, isConstraint: isconstraint === true };
  },
  CreatePolicyStmt: (raw, around) => objects.readPolicy(raw, 'create-policy', around),
  AlterPolicyStmt: (raw, around) => objects.readPolicy(raw, 'alter-policy', around),
  AlterPublicationStmt: ({ pubname = '', action }) => {
    const word = (action ?? 'AP_SetObjects').replace(/^AP_|Objects$/g, '').toLowerCase();
    return { kind: 'alter-publication', publication: pubname, action: word };
  },
  ImportForeignSchemaStmt: objects.readImport,
  GrantStmt: access.readGrant,
  GrantRoleStmt: access.readGrantRole,
  AlterDefaultPrivilegesStmt: access.readDefaultPrivileges,
  VariableSetStmt: access.readSet,
  TransactionStmt: ({ kind }) => {
    const verb = (kind ?? 'TRANS_STMT_BEGIN').replace('TRANS_STMT_', '').replaceAll('_', ' ');
    return { kind: 'transaction', verb: verb.toLowerCase() };
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
