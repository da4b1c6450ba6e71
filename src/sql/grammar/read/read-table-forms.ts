import type { DefElem, Node } from 'libpg-query';
import type { Name } from '../../../core/grammar/names.js';
import type { StatementForm } from '../../../core/grammar/statement.js';
import type { ByNode } from '../tree/nodes.js';
import { type Around, elementsOf, nameOf, nowhere, relationName, relations } from '../tree/raw.js';
import { readAlterTable } from './read-alter.js';
import * as rows from './read-rows.js';
import * as tables from './read-tables.js';

/** Statements about tables and their rows. */
export const tableReaders: ByNode<Around, StatementForm> = {
  CreateStmt: (raw, around) => tables.readCreateTable(raw, around),
  CreateForeignTableStmt: (raw, around) => tables.readCreateTable(raw.base ?? {}, around, true),
  CreateTableAsStmt: tables.readCreateTableAs,
  IndexStmt: tables.readCreateIndex,
  AlterTableStmt: readAlterTable,
  TruncateStmt: ({ relations: nodes, behavior }, around) => {
    const cascade = behavior === 'DROP_CASCADE';
    return { kind: 'truncate', tables: relations(nodes, around), cascade };
  },
  LockStmt: ({ relations: nodes, mode }, around) => {
    return { kind: 'lock', tables: relations(nodes, around), mode: lockModes[mode ?? 8] ?? '' };
  },
  VacuumStmt: ({ options, rels, is_vacuumcmd: isVacuum }, around) => {
    const tablesOf = (rels ?? []).flatMap((node): readonly Name[] =>
      'VacuumRelation' in node
        ? [relationName(node.VacuumRelation.relation ?? nowhere, around)]
        : [],
    );
    return {
      kind: 'vacuum',
      tables: tablesOf,
      full: isSet(options, 'full'),
      onlyAnalyze: isVacuum !== true,
    };
  },
  ReindexStmt: ({ kind, relation, name, params }, around) => {
    const what = reindexed[kind ?? ''] ?? 'table';
    const named = name === undefined ? null : nameOf([name], around.at);
    const on = relation === undefined ? named : relationName(relation, around);
    return { kind: 'reindex', what, name: on, concurrently: isSet(params, 'concurrently') };
  },
  ClusterStmt: ({ relation }, around) => {
    return {
      kind: 'cluster',
      table: relation === undefined ? null : relationName(relation, around),
    };
  },
  RefreshMatViewStmt: ({ relation, concurrent, skipData }, around) => {
    const view = relationName(relation ?? nowhere, around);
    return {
      kind: 'refresh',
      view,
      concurrently: concurrent === true,
      withData: skipData !== true,
    };
  },
  InsertStmt: rows.readInsert,
  UpdateStmt: rows.readUpdate,
  DeleteStmt: rows.readDelete,
  MergeStmt: rows.readMerge,
  SelectStmt: (raw, around) =>
    raw.intoClause === undefined
      ? rows.readSelect(raw, around)
      : tables.readSelectInto(raw, around),
  CopyStmt: ({ relation, is_from: isFrom }, around) => {
    const table = relation === undefined ? null : relationName(relation, around);
    return { kind: 'copy', table, direction: isFrom === true ? 'from' : 'to' };
  },
};

/** `VACUUM FULL`, `VACUUM (FULL)`, `(FULL true)`. */
function isSet(options: readonly Node[] | undefined, name: string): boolean {
  return elementsOf(options).some((element) => element.defname === name && isOn(element));
}

function isOn({ arg }: DefElem): boolean {
  if (arg === undefined) return true;
  if ('Boolean' in arg) return arg.Boolean.boolval === true;
  if ('Integer' in arg) return (arg.Integer.ival ?? 0) !== 0;
  return !('String' in arg) || !/^(?:off|false)$/i.test(arg.String.sval ?? '');
}

const reindexed: Readonly<Record<string, 'index' | 'table' | 'schema' | 'database' | 'system'>> = {
  REINDEX_OBJECT_DATABASE: 'database',
  REINDEX_OBJECT_INDEX: 'index',
  REINDEX_OBJECT_SCHEMA: 'schema',
  REINDEX_OBJECT_SYSTEM: 'system',
  REINDEX_OBJECT_TABLE: 'table',
};

const lockModes: Readonly<Record<number, string>> = {
  1: 'ACCESS SHARE',
  2: 'ROW SHARE',
  3: 'ROW EXCLUSIVE',
  4: 'SHARE UPDATE EXCLUSIVE',
  5: 'SHARE',
  6: 'SHARE ROW EXCLUSIVE',
  7: 'EXCLUSIVE',
  8: 'ACCESS EXCLUSIVE',
};
