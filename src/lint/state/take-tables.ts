import type { Name } from '../../core/grammar/names.js';
import type { AlterAction, AlterTable, Column, Constraint } from '../../core/grammar/tables.js';
import type { StatementOf } from '../../core/grammar/statement.js';
import { type Catalog, schemaIn } from './catalog.js';
import { type DraftRelation, emptyRelation } from './draft.js';
import type { KnownColumn, KnownConstraint, Origin, Relation } from '../known/known.js';

/** What the statement does to tables, their parts and indexes. */
export function takeCreateTable(
  statement: StatementOf<'create-table'>,
  catalog: Catalog,
  origin: Origin,
): void {
  const { table, columns, constraints, persistence, partitionOf } = statement;
  const kind = statement.isForeign ? 'foreign table' : 'table';
  const relation = addRelation(catalog, { kind, name: table, persistence }, origin);
  if (relation === null) return;
  relation.isPartitioned = statement.isPartitioned;
  relation.isDerived = statement.like.length > 0 || statement.inherits.length > 0;
  relation.partitionOf = partitionOf === null ? null : catalog.qualified(partitionOf);
  relation.isDefault = statement.isDefault;
  for (const each of columns) addColumn(relation, each, { origin, catalog });
  for (const each of constraints) addConstraint(relation, each, { origin, catalog });
}

/** Null if it already exists. */
export function addRelation(
  catalog: Catalog,
  { kind, name, persistence }: Pick<Relation, 'kind' | 'persistence'> & { readonly name: Name },
  origin: Origin,
): DraftRelation | null {
  const key = persistence === 'temporary' ? `pg_temp.${name.name}` : catalog.qualified(name);
  if (catalog.relations.has(key)) return null;
  const schema = schemaIn(key, name);
  const relation = emptyRelation({ kind, schema, name: name.name, persistence }, origin);
  catalog.relations.set(key, relation);
  catalog.strangers.delete(key);
  if (persistence === 'temporary') catalog.temporary.add(key);
  catalog.forgetDrop(kind, name, null);
  return relation;
}

interface Place {
  readonly origin: Origin;
  readonly catalog: Catalog;
}

function addColumn(relation: DraftRelation, column: Column, place: Place): void {
  if (relation.columns.has(column.name)) return;
  const { name, type, isNotNull, isIdentity, generated } = column;
  const known: KnownColumn = {
    name,
    type,
    isNotNull: isNotNull || isIdentity,
    default: column.default,
    addedDefault: column.default,
    isGenerated: generated !== null,
    isIdentity,
    ...place.origin,
  };
  relation.columns.set(name, known);
  for (const each of column.constraints) addConstraint(relation, each, place);
}

function addConstraint(
  relation: DraftRelation,
  constraint: Constraint,
  { origin, catalog }: Place,
): void {
  const { type, columns, notValid, references } = constraint;
  const known: KnownConstraint = {
    ...constraint,
    references: references === null ? null : catalog.resolved(references),
    file: origin.file,
    isDeployed: origin.isDeployed,
    runsOnce: origin.runsOnce,
  };
  relation.constraints.push(known);
  if (type !== 'primary key' && (type !== 'not null' || notValid)) return;
  for (const name of columns) {
    const column = relation.columns.get(name);
    if (column !== undefined) column.isNotNull = true;
  }
}

export function takeAlterTable(
  { table, what, actions }: AlterTable,
  catalog: Catalog,
  origin: Origin,
): void {
  if (what !== 'table' && what !== 'foreign table') return;
  const relation = catalog.relation(table) ?? catalog.stranger(table, origin);
  for (const action of actions) takeAction(relation, action, catalog, origin);
}

function takeAction(
  relation: DraftRelation,
  action: AlterAction,
  catalog: Catalog,
  origin: Origin,
): void {
  switch (action.kind) {
    case 'add-column': {
      addColumn(relation, action.column, { origin, catalog });
      return;
    }
    case 'drop-column': {
      dropColumn(relation, action.column, catalog);
      return;
    }
    case 'add-constraint': {
      addConstraint(relation, action.constraint, { origin, catalog });
      return;
    }
    case 'drop-constraint':
      relation.constraints = relation.constraints.filter(({ name }) => name !== action.constraint);
      return;
    case 'validate-constraint':
      validate(relation, action.constraint);
      return;
    case 'row-security':
      takeRowSecurity(relation, action.change, origin);
      return;
    case 'replica-identity':
      relation.replicaIdentity = action.identity;
      relation.replicaIndex = action.index;
      return;
    case 'attach-partition':
    case 'detach-partition':
      takePartition(relation, action, catalog);
      return;
    default:
      takeColumnAction(relation, action);
  }
}

function validate(relation: DraftRelation, constraint: string): void {
  for (const each of relation.constraints) if (each.name === constraint) each.notValid = false;
}

/** FORCE says for whom it applies, not whether. */
function takeRowSecurity(relation: DraftRelation, change: string, origin: Origin): void {
  if (change === 'enable') relation.rowSecurity ??= origin;
  if (change === 'disable') relation.rowSecurity = null;
}

function takePartition(
  { schema, name }: DraftRelation,
  action: Extract<AlterAction, { readonly partition: Name }>,
  catalog: Catalog,
): void {
  const known = catalog.relation(action.partition);
  if (known === null) return;
  const isAttached = action.kind === 'attach-partition';
  known.partitionOf = isAttached ? `${schema}.${name}` : null;
  known.isDefault = isAttached && action.isDefault;
}

function dropColumn(relation: DraftRelation, name: string, { indexes }: Catalog): void {
  relation.columns.delete(name);
  indexes.dropColumn(`${relation.schema}.${relation.name}`, name);
  relation.constraints = relation.constraints.filter(({ columns }) => !columns.includes(name));
}

function takeColumnAction(relation: DraftRelation, action: AlterAction): void {
  const column =
    'column' in action && typeof action.column === 'string'
      ? relation.columns.get(action.column)
      : undefined;
  if (column === undefined) return;
  if (action.kind === 'alter-type') column.type = action.type;
  if (action.kind === 'set-default') column.default = action.default;
  if (action.kind === 'set-not-null') column.isNotNull = true;
  if (action.kind === 'drop-not-null') column.isNotNull = false;
}

export function takeCreateIndex(
  statement: StatementOf<'create-index'>,
  catalog: Catalog,
  origin: Origin,
): void {
  const { name, unique, columns, where, method } = statement;
  const table = catalog.placeOf(statement.table);
  const schema = schemaIn(table, statement.table);
  catalog.indexes.add({ schema, name, table, unique, columns, where, method, ...origin });
}
