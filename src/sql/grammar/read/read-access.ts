import type {
  AlterDefaultPrivilegesStmt,
  AlterFunctionStmt,
  GrantRoleStmt,
  GrantStmt,
  Node,
  VariableSetStmt,
} from 'libpg-query';
import type { AccessStatement } from '../../../core/grammar/access.js';
import {
  type Around,
  elementsOf,
  isTrue,
  objectKind,
  objectName,
  roleNames,
  stringOf,
} from '../tree/raw.js';

export function readGrant(raw: GrantStmt, around: Around): AccessStatement {
  const { is_grant: isGrant, objtype, targtype, objects = [], grantees } = raw;
  return {
    kind: isGrant === true ? 'grant' : 'revoke',
    object: objectKind(objtype),
    names: objects.map((node) => objectName(node, around)),
    allInSchema: targtype === 'ACL_TARGET_ALL_IN_SCHEMA',
    privileges: privileges(raw),
    grantees: roleNames(grantees),
  };
}

function privileges({ privileges: nodes = [] }: GrantStmt): readonly string[] {
  return nodes.flatMap((node) =>
    'AccessPriv' in node ? [(node.AccessPriv.priv_name ?? 'all').toUpperCase()] : [],
  );
}

export function readGrantRole(raw: GrantRoleStmt): AccessStatement {
  return {
    kind: raw.is_grant === true ? 'grant-role' : 'revoke-role',
    roles: roleNames(raw.granted_roles),
    grantees: roleNames(raw.grantee_roles),
  };
}

export function readDefaultPrivileges({
  action = {},
}: AlterDefaultPrivilegesStmt): AccessStatement {
  return {
    kind: 'default-privileges',
    isGrant: action.is_grant === true,
    object: objectKind(action.objtype),
    privileges: privileges(action),
    grantees: roleNames(action.grantees),
  };
}

export function readSet({ kind, name, args }: VariableSetStmt): AccessStatement {
  const isReset = kind !== 'VAR_SET_VALUE' && kind !== 'VAR_SET_MULTI';
  return {
    kind: 'set',
    name: kind === 'VAR_RESET_ALL' ? 'all' : (name ?? '').toLowerCase(),
    values: isReset ? null : settingValues(args),
  };
}

/** `100ms`, `off`, `5`; several for a list such as a search path. */
export function settingValues(args: readonly Node[] | undefined): readonly string[] {
  return (args ?? []).map((node) => {
    if (!('A_Const' in node)) return stringOf(node) ?? '';
    const { sval, ival, fval, boolval } = node.A_Const;
    if (ival !== undefined) return String(ival.ival ?? 0);
    return sval?.sval ?? fval?.fval ?? String(boolval?.boolval === true);
  });
}

export function readAlterFunction(
  { func, actions }: AlterFunctionStmt,
  around: Around,
): AccessStatement {
  const elements = elementsOf(actions);
  const security = elements.find(({ defname }) => defname === 'security');
  return {
    kind: 'alter-function',
    function: objectName(func === undefined ? undefined : { ObjectWithArgs: func }, around),
    securityDefiner: security === undefined ? null : isTrue(security.arg),
    sets: elements.flatMap(({ arg }) =>
      arg !== undefined && 'VariableSetStmt' in arg ? [arg.VariableSetStmt.name ?? ''] : [],
    ),
  };
}
