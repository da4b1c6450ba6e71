import type { Name } from '../../../core/grammar/names.js';
import type { Statement, StatementOf } from '../../../core/grammar/statement.js';
import type { AlterAction } from '../../../core/grammar/tables.js';
import type { LockMode } from '../../../core/proof/database/lock-modes.js';

/** A lock that a statement takes on a table. */
interface TakenLock {
  readonly table: Name;
  readonly mode: LockMode;
}

/** The locks on tables that a statement names, as measured (docs/locks.md); the strongest of all its parts. */
export function locksOf(statement: Statement): readonly TakenLock[] {
  const on = (mode: LockMode, tables: readonly (Name | null)[]): readonly TakenLock[] =>
    tables.flatMap((table) => (table === null ? [] : [{ table, mode }]));
  switch (statement.kind) {
    case 'create-table':
      return [
        ...on('ACCESS EXCLUSIVE', [statement.partitionOf]),
        ...on('SHARE UPDATE EXCLUSIVE', statement.inherits),
        ...on('SHARE ROW EXCLUSIVE', referenced(statement)),
      ];
    case 'create-index':
      return on(statement.concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE', [statement.table]);
    case 'alter-table':
      return locksOfAlter(statement);
    case 'truncate':
      return on('ACCESS EXCLUSIVE', statement.tables);
    case 'lock':
      return on(statement.mode as LockMode, statement.tables);
    case 'vacuum':
      return on(statement.full ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE', statement.tables);
    case 'reindex': {
      const table = statement.what === 'table' ? statement.name : null;
      return on(statement.concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE', [table]);
    }
    case 'cluster':
      return on('ACCESS EXCLUSIVE', [statement.table]);
    case 'refresh':
      return on(statement.concurrently ? 'EXCLUSIVE' : 'ACCESS EXCLUSIVE', [statement.view]);
    default:
      return locksOfOthers(statement, on);
  }
}

function locksOfOthers(
  statement: Statement,
  on: (mode: LockMode, tables: readonly (Name | null)[]) => readonly TakenLock[],
): readonly TakenLock[] {
  switch (statement.kind) {
    case 'insert':
    case 'update':
    case 'delete':
    case 'merge':
      return on('ROW EXCLUSIVE', [statement.table]);
    case 'copy':
      return statement.direction === 'from' ? on('ROW EXCLUSIVE', [statement.table]) : [];
    case 'select':
      return on(statement.locksRows ? 'ROW SHARE' : 'ACCESS SHARE', statement.query.reads);
    case 'create-trigger':
      return on('SHARE ROW EXCLUSIVE', [statement.table]);
    case 'create-policy':
    case 'alter-policy':
      return on('ACCESS EXCLUSIVE', [statement.table]);
    case 'create':
      return statement.creates?.object === 'rule'
        ? on('ACCESS EXCLUSIVE', [statement.creates.on])
        : [];
    case 'rename':
    case 'set-schema':
      return on('ACCESS EXCLUSIVE', [isOnTable(statement) ? statement.name : null]);
    case 'drop':
      return on('ACCESS EXCLUSIVE', droppedTables(statement));
    default:
      return [];
  }
}

function isOnTable({ object }: StatementOf<'rename' | 'set-schema'>): boolean {
  return [
    'table',
    'view',
    'materialized view',
    'column',
    'constraint',
    'trigger',
    'policy',
  ].includes(object);
}

function droppedTables({ object, names }: StatementOf<'drop'>): readonly (Name | null)[] {
  const isTable = object === 'table' || object === 'view' || object === 'materialized view';
  return isTable ? names : names.map(({ on }) => on);
}

/** The tables that its foreign keys refer to, other than itself. */
function referenced({
  table,
  columns,
  constraints,
}: StatementOf<'create-table'>): readonly (Name | null)[] {
  const isItself = (name: Name | null): boolean =>
    name?.name === table.name && name.schema === table.schema;
  return [...columns.flatMap((column) => column.constraints), ...constraints]
    .map(({ references }) => references)
    .filter((name) => !isItself(name));
}

function locksOfAlter({ table, what, actions }: StatementOf<'alter-table'>): readonly TakenLock[] {
  if (what === 'sequence' || what === 'type' || what === 'index') return [];
  return actions.flatMap((action) => [{ table, mode: modeOf(action) }, ...othersOf(action)]);
}

/** The lock of an action on the table itself. */
function modeOf(action: AlterAction): LockMode {
  switch (action.kind) {
    case 'validate-constraint':
    case 'attach-partition':
      return 'SHARE UPDATE EXCLUSIVE';
    case 'detach-partition':
      return action.concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE';
    case 'add-constraint':
      return action.constraint.type === 'foreign key' ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE';
    case 'other':
      return weaker[action.word] ?? 'ACCESS EXCLUSIVE';
    default:
      return 'ACCESS EXCLUSIVE';
  }
}

/** The locks on other tables. */
function othersOf(action: AlterAction): readonly TakenLock[] {
  const on = (mode: LockMode, table: Name | null): readonly TakenLock[] =>
    table === null ? [] : [{ table, mode }];
  switch (action.kind) {
    case 'attach-partition':
    case 'detach-partition':
      return on('ACCESS EXCLUSIVE', action.partition);
    case 'add-constraint':
      return on('SHARE ROW EXCLUSIVE', action.constraint.references);
    case 'add-column':
      return action.column.constraints.flatMap(({ references }) =>
        on('SHARE ROW EXCLUSIVE', references),
      );
    default:
      return [];
  }
}

const weaker: Readonly<Record<string, LockMode>> = {
  ClusterOn: 'SHARE UPDATE EXCLUSIVE',
  DisableTrig: 'SHARE ROW EXCLUSIVE',
  DisableTrigAll: 'SHARE ROW EXCLUSIVE',
  DisableTrigUser: 'SHARE ROW EXCLUSIVE',
  DropCluster: 'SHARE UPDATE EXCLUSIVE',
  EnableAlwaysTrig: 'SHARE ROW EXCLUSIVE',
  EnableReplicaTrig: 'SHARE ROW EXCLUSIVE',
  EnableTrig: 'SHARE ROW EXCLUSIVE',
  EnableTrigAll: 'SHARE ROW EXCLUSIVE',
  EnableTrigUser: 'SHARE ROW EXCLUSIVE',
  ResetOptions: 'SHARE UPDATE EXCLUSIVE',
  ResetRelOptions: 'SHARE UPDATE EXCLUSIVE',
  SetOptions: 'SHARE UPDATE EXCLUSIVE',
  SetRelOptions: 'SHARE UPDATE EXCLUSIVE',
  SetStatistics: 'SHARE UPDATE EXCLUSIVE',
};
