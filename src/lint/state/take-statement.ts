import type { Statement, StatementOf } from '../../core/grammar/statement.js';
import type { Origin } from '../known/known.js';
import type { Catalog } from './catalog.js';
import {
  takeColumnDrop,
  takeCreateFunction,
  takeDrop,
  takePolicy,
  takeRename,
  takeSetSchema,
} from './take-objects.js';
import { addRelation, takeAlterTable, takeCreateIndex, takeCreateTable } from './take-tables.js';

type Taker<K extends Statement['kind']> = (
  statement: StatementOf<K>,
  catalog: Catalog,
  origin: Origin,
) => void;

/** Takes in what a statement does, except the objects it creates. */
export function takeStatement(statement: Statement, catalog: Catalog, origin: Origin): void {
  // The table gives each kind a function for statements of that kind.
  const take = takers[statement.kind] as Taker<Statement['kind']> | undefined;
  take?.(statement, catalog, origin);
}

const takers: { readonly [K in Statement['kind']]?: Taker<K> } = {
  'create-table': takeCreateTable,
  'create-table-as': ({ table: name, persistence, isMaterializedView }, catalog, origin) => {
    const kind = isMaterializedView ? 'materialized view' : 'table';
    addRelation(catalog, { kind, name, persistence }, origin);
  },
  'create-view': ({ view: name }, catalog, origin) => {
    addRelation(catalog, { kind: 'view', name, persistence: 'permanent' }, origin);
  },
  'create-index': takeCreateIndex,
  'alter-table': (statement, catalog, origin) => {
    const { table, actions } = statement;
    for (const action of actions) takeColumnDrop(table, action, catalog, origin);
    takeAlterTable(statement, catalog, origin);
  },
  'create-function': takeCreateFunction,
  'create-policy': takePolicy,
  drop: takeDrop,
  rename: takeRename,
  update: ({ table, assignments }, catalog, origin) => {
    for (const { column } of assignments)
      catalog.filled.set(`${catalog.qualified(table)}.${column}`, origin);
  },
  'set-schema': takeSetSchema,
};
