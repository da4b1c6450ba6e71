import type { Created, Name, ObjectKind } from '../../core/grammar/names.js';
import type { StatementOf } from '../../core/grammar/statement.js';
import type { AlterAction } from '../../core/grammar/tables.js';
import type { Catalog } from './catalog.js';
import type { KnownObject, Origin } from '../known/known.js';
import { volatileFunctions } from '../known/volatile.js';

export function takeCreated(created: Created, catalog: Catalog, origin: Origin): void {
  const { object, on } = created;
  const key = catalog.keyOf(object, created, on);
  catalog.forgetDrop(object, created, on);
  if (catalog.objects.has(key)) return;
  catalog.objects.set(key, { kind: object, volatility: null, ...origin });
}

export function takeDrop(
  { object, names }: StatementOf<'drop'>,
  catalog: Catalog,
  origin: Origin,
): void {
  for (const name of names) {
    catalog.drop(object, name, name.on, origin);
    if (object === 'policy' && name.on !== null)
      catalog.relation(name.on)?.policies.delete(name.name);
  }
}

export function takePolicy(
  { table, policy }: StatementOf<'create-policy'>,
  catalog: Catalog,
  origin: Origin,
): void {
  catalog.relation(table)?.policies.set(policy, origin);
}

/** A column that is dropped or created again, also in tables that no file created. */
export function takeColumnDrop(
  table: Name,
  action: AlterAction,
  catalog: Catalog,
  origin: Origin,
): void {
  const named = (name: string): Name => ({ schema: null, name, at: action.at });
  if (action.kind === 'drop-column') catalog.drop('column', named(action.column), table, origin);
  if (action.kind === 'add-column') catalog.forgetDrop('column', named(action.column.name), table);
}

export function takeCreateFunction(
  statement: StatementOf<'create-function'>,
  catalog: Catalog,
): void {
  const { function: name, isProcedure } = statement;
  const known = catalog.objects.get(catalog.keyOf(isProcedure ? 'procedure' : 'function', name));
  if (known !== undefined) known.volatility = volatilityOf(statement);
}

/** An SQL function is inlined at its call, and is as volatile as what it calls. */
function volatilityOf({
  language,
  volatility,
  body,
}: StatementOf<'create-function'>): KnownObject['volatility'] {
  if (language !== 'sql' || volatility !== 'volatile') return volatility;
  const isPlain = (body?.statements ?? []).every(
    ({ statement }) =>
      statement.kind === 'select' &&
      statement.query.calls.every(({ name }) => !volatileFunctions.has(name)),
  );
  return isPlain ? null : 'volatile';
}

export function takeRename(
  statement: StatementOf<'rename'>,
  catalog: Catalog,
  origin: Origin,
): void {
  const { object, name, part, to } = statement;
  if (part === null) move(object, { from: name, to: { ...name, name: to } }, catalog, origin);
  else renamePart(statement, part, catalog);
}

export function takeSetSchema(
  { object, name, to }: StatementOf<'set-schema'>,
  catalog: Catalog,
  origin: Origin,
): void {
  move(object, { from: name, to: { ...name, schema: to } }, catalog, origin);
}

/** A relation or an index keeps what is known about it; any other object is recreated under its new name. */
function move(
  object: ObjectKind,
  { from, to }: { readonly from: Name; readonly to: Name },
  catalog: Catalog,
  origin: Origin,
): void {
  const relation = catalog.relation(from);
  const isIndex = catalog.indexes.find(catalog.qualified(from)) !== null;
  if (relation !== null && object !== 'index') catalog.moveRelation(relation, to);
  else if (isIndex) catalog.indexes.rename(catalog.qualified(from), to.name);
  else {
    // Under its new name it is as new as it was; if no file made it, it was there before.
    const isDeployed = catalog.objects.get(catalog.keyOf(object, from))?.isDeployed ?? true;
    const moved = { kind: object, volatility: null, ...origin, isDeployed };
    catalog.objects.set(catalog.keyOf(object, to), moved);
  }
  catalog.drop(object, from, null, origin);
  catalog.forgetDrop(object, to, null);
}

function renamePart(
  { object, name: table, to }: StatementOf<'rename'>,
  part: string,
  catalog: Catalog,
): void {
  const relation = catalog.relation(table);
  if (relation === null) return;
  if (object === 'column') catalog.renameColumn(relation, part, to);
  if (object === 'policy') {
    const policy = relation.policies.get(part);
    if (policy === undefined) return;
    relation.policies.delete(part);
    relation.policies.set(to, policy);
  }
  if (object === 'constraint')
    for (const each of relation.constraints) if (each.name === part) each.name = to;
}
