import type { AlterTableCmd, AlterTableStmt, AlterTableType, ColumnDef, Node } from 'libpg-query';
import type { AlterAction, AlterTable } from '../../../core/grammar/tables.js';
import { type Around, nowhere, relationName, typeName } from '../tree/raw.js';
import { readExpr } from './read-expr.js';
import { readColumn, readConstraint } from './read-tables.js';

export function readAlterTable(raw: AlterTableStmt, around: Around): AlterTable {
  const { relation = nowhere, cmds = [], objtype } = raw;
  return {
    kind: 'alter-table',
    table: relationName(relation, around),
    what: targets[objtype ?? 'OBJECT_TABLE'] ?? 'table',
    withChildren: relation.inh === true,
    actions: cmds.flatMap((node) =>
      'AlterTableCmd' in node ? actionsOf(node.AlterTableCmd, around) : [],
    ),
  };
}

const targets: Partial<Record<string, AlterTable['what']>> = {
  OBJECT_FOREIGN_TABLE: 'foreign table',
  OBJECT_INDEX: 'index',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_TYPE: 'type',
  OBJECT_VIEW: 'view',
};

/** The grammar keeps no position for most actions; then it is that of the statement. */
function actionsOf(raw: AlterTableCmd, around: Around): readonly AlterAction[] {
  const { at } = around;
  const name = raw.name ?? '';
  const cascade = raw.behavior === 'DROP_CASCADE';
  const missing = raw.missing_ok === true;
  switch (raw.subtype) {
    case 'AT_AddColumn': {
      const column = readColumn(columnOf(raw.def), around);
      return [{ kind: 'add-column', column, ifNotExists: missing, at: column.at }];
    }
    case 'AT_DropColumn':
      return [{ kind: 'drop-column', column: name, ifExists: missing, cascade, at }];
    case 'AT_AlterColumnType': {
      const { typeName: type = {}, raw_default: using, location } = columnOf(raw.def);
      const to = typeName(type, around);
      const at = around.indexOf(location);
      return [{ kind: 'alter-type', column: name, type: to, using: readExpr(using, around), at }];
    }
    case 'AT_ColumnDefault':
      return [{ kind: 'set-default', column: name, default: readExpr(raw.def, around), at }];
    case 'AT_SetNotNull':
      return [{ kind: 'set-not-null', column: name, at }];
    case 'AT_DropNotNull':
      return [{ kind: 'drop-not-null', column: name, at }];
    case 'AT_AddConstraint':
      return constraintsOf(raw.def, around);
    case 'AT_DropConstraint':
      return [{ kind: 'drop-constraint', constraint: name, ifExists: missing, cascade, at }];
    case 'AT_ValidateConstraint':
      return [{ kind: 'validate-constraint', constraint: name, at }];
    default:
      return [lateActionOf(raw, raw.subtype ?? 'AT_SetOptions', around)];
  }
}

function columnOf(def: Node | undefined): ColumnDef {
  return def !== undefined && 'ColumnDef' in def ? def.ColumnDef : {};
}

function constraintsOf(def: Node | undefined, around: Around): readonly AlterAction[] {
  if (def === undefined || !('Constraint' in def)) return [];
  return readConstraint(def.Constraint, around).map((constraint) => {
    return { kind: 'add-constraint', constraint, at: constraint.at };
  });
}

function lateActionOf(raw: AlterTableCmd, subtype: AlterTableType, around: Around): AlterAction {
  const { at } = around;
  const { def, name } = raw;
  const partition = def !== undefined && 'PartitionCmd' in def ? def.PartitionCmd : null;
  if (partition !== null) {
    const table = relationName(partition.name ?? nowhere, around);
    if (subtype === 'AT_AttachPartition') {
      const isDefault = partition.bound?.is_default === true;
      return { kind: 'attach-partition', partition: table, isDefault, at };
    }
    if (subtype === 'AT_DetachPartition') {
      const concurrently = partition.concurrent === true;
      return { kind: 'detach-partition', partition: table, concurrently, at };
    }
  }
  const change = rowSecurity[subtype];
  if (change !== undefined) return { kind: 'row-security', change, at };
  if (def !== undefined && 'ReplicaIdentityStmt' in def) {
    const { identity_type: letter = 'd', name: index = null } = def.ReplicaIdentityStmt;
    return { kind: 'replica-identity', identity: identities[letter] ?? 'default', index, at };
  }
  const ifExists = raw.missing_ok === true;
  return { kind: 'other', word: subtype.replace('AT_', ''), name: name ?? null, ifExists, at };
}

const rowSecurity: Partial<Record<AlterTableType, 'enable' | 'disable' | 'force' | 'no force'>> = {
  AT_DisableRowSecurity: 'disable',
  AT_EnableRowSecurity: 'enable',
  AT_ForceRowSecurity: 'force',
  AT_NoForceRowSecurity: 'no force',
};

const identities: Readonly<Record<string, string>> = {
  f: 'full',
  n: 'nothing',
  i: 'index',
  d: 'default',
};
